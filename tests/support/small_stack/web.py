"""An API that only says that it lives."""

import sys

import uvicorn
from fastapi import FastAPI


def create_app() -> FastAPI:
    app = FastAPI()

    @app.get("/health/live")
    def live() -> dict[str, str]:
        return {"status": "live"}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(), fd=int(sys.argv[1].removeprefix("--fd=")))
