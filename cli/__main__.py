"""`python -m cli`: what `./bima` starts once its environment is ready."""

from cli.main import main

main()
