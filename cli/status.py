"""What runs, where it is reached, how far it has come and what waits."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False)


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what runs, its addresses, how far the readers are and what waits in the queues."""
    found = standing()
    typer.echo(json.dumps(found, indent=2) if as_json else _in_words(found))
    if not found["running"] or found["problems"]:
        raise typer.Exit(1)


def standing() -> dict[str, Any]:
    """Everything that `bima status` tells; `problems` lists what is not as it should be."""
    from adapters.settings import get_settings
    from adapters.standing import without_password
    from deploy.running import running

    settings = get_settings()
    stack = running(settings.state_dir)
    found: dict[str, Any] = {
        "running": stack is not None,
        "state_folder": str(settings.state_dir),
        "api_url": stack.api_url if stack else "",
        "database_url": without_password(settings.database_url),
        "redis_url": without_password(settings.redis_url),
        "started_at": stack.started_at if stack else "",
        "processes": _processes(stack),
        "log": None,
        "tasks": [],
        "messages": None,
        "problems": [],
    }
    _add_log(found, settings.database_url)
    _add_tasks(found, settings.database_url, settings.tenant)
    _add_messages(found, settings.redis_url, settings.tenant)
    found["problems"] += [f"{p['name']} does not run" for p in found["processes"] if not p["runs"]]
    if stack is not None and not stack.ready:
        found["problems"].append("it is still starting, or stopping")
    return found


def _processes(stack: Any) -> list[dict[str, Any]]:
    from deploy.children import alive

    if stack is None:
        return []
    return [
        {
            "name": name,
            "pid": pid,
            "runs": bool(pid) and alive(pid),
            "restarts": stack.restarts.get(name, 0),
        }
        for name, pid in {"supervisor": stack.supervisor, **stack.processes}.items()
    ]


def _add_log(found: dict[str, Any], url: str) -> None:
    import psycopg

    from adapters.standing import log_standing

    if not url:
        return
    try:
        log = log_standing(url)
    except psycopg.Error as error:
        found["problems"].append(f"the database does not answer: {error}")
        return
    if log is None:
        found["problems"].append("the database is not migrated: `bima migrate`")
        return
    found["log"] = asdict(log)
    stuck = (reader for reader in log.readers if reader.error)
    found["problems"] += [f"{reader.name} is stuck: {reader.error}" for reader in stuck]


def _add_tasks(found: dict[str, Any], url: str, tenant: int) -> None:
    from adapters.standing import task_standings

    if found["log"] is None:  # told already why
        return
    for task in task_standings(url, tenant):
        oldest = task.oldest_at.isoformat(timespec="seconds") if task.oldest_at else ""
        found["tasks"].append({**asdict(task), "oldest_at": oldest})
        if task.failed:
            found["problems"].append(f"{task.failed} tasks of the queue {task.queue} were given up")


def _add_messages(found: dict[str, Any], url: str, tenant: int) -> None:
    import redis

    from adapters.standing import messages

    if not url:
        return
    try:
        found["messages"] = messages(url, tenant)
    except redis.RedisError as error:
        found["problems"].append(f"the queues' server does not answer: {error}")


def _in_words(found: dict[str, Any]) -> str:
    if not found["running"] and not found["database_url"]:
        return "Nothing runs. `bima up` starts the ledger, `bima demo` shows it at work."
    lines = [f"{'API':<12}{found['api_url'] or 'does not run here'}"]
    lines += [f"{'database':<12}{found['database_url']}", f"{'queues':<12}{found['redis_url']}"]
    for process in found["processes"]:
        how = f"process {process['pid']}" if process["runs"] else "DOES NOT RUN"
        again = f", started again {process['restarts']} times" if process["restarts"] else ""
        lines.append(f"{process['name']:<12}{how}{again}")
    if found["log"]:
        lines.append(f"\nThe ledger's last position is {found['log']['position']:,}.")
    for reader in found["log"]["readers"] if found["log"] else ():
        behind = f"{reader['behind']:,} behind" if reader["behind"] else "up to date"
        lines.append(f"  {reader['name']:<28}{reader['position']:>12,}  {behind}")
    for task in found["tasks"]:
        since = f" since {task['oldest_at']}" if task["oldest_at"] else ""
        given_up = f", {task['failed']:,} given up" if task["failed"] else ""
        lines.append(f"  queue {task['queue']:<22}{task['due']:>12,}  to do{since}{given_up}")
    return "\n".join([*lines, *(f"! {problem}" for problem in found["problems"])])
