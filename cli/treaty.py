"""Reinsurance treaties: place and sign them, strike what they take, keep their accounts."""

import typer

from cli.reinsuring import accounts, striking, treaties

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Place, sign and endorse reinsurance treaties, strike what they take, keep accounts.",
)
app.command("place")(treaties.place)
app.command("sign")(treaties.sign)
app.command("endorse")(treaties.endorse)
app.command("cancel")(treaties.cancel)
app.command("commute")(treaties.commute)
app.command("portfolio")(treaties.portfolio)
app.command("list")(treaties.list_treaties)
app.command("show")(treaties.show)
app.command("strike")(striking.strike)
app.command("compulsory")(accounts.compulsory)
app.command("account")(accounts.account)
app.command("cash-call")(accounts.cash_call)
app.command("settle")(accounts.settle)
app.command("oed")(treaties.oed)
