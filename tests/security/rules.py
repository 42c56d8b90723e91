"""Rules of our own about the source, where the linter has none or asks for less.

Each finds the lines of a syntax tree that break it. `Rule.except_in` names the files that may, and
why.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

Finder = Callable[[ast.AST], Iterator[int]]


@dataclass(frozen=True)
class Rule:
    """`breaks` is a sample that must be found, so that the rule is known to see. Files that hold
    none of the words of `hint` need not be taken apart."""

    name: str
    hint: str
    finds: Finder
    breaks: str
    except_in: Mapping[str, str] = field(default_factory=dict)

    def broken_in(self, source: str) -> list[int]:
        """The lines that break it."""
        if not re.search(self.hint, source):
            return []
        return sorted(set(self.finds(tree_of(source))))


@cache
def tree_of(source: str) -> ast.AST:
    return ast.parse(source)


def imports(*modules: str) -> Finder:
    """An import of one of these modules, or of anything within them."""

    def find(tree: ast.AST) -> Iterator[int]:
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(name == it or name.startswith(f"{it}.") for name in names for it in modules):
                yield getattr(node, "lineno", 0)

    return find


def calls(*names: str) -> Finder:
    """A call of a function by its last words: `os.system`, or `eval` alone."""

    def find(tree: ast.AST) -> Iterator[int]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                said = ast.unparse(node.func)
                if any(said == name or said.endswith(f".{name}") for name in names):
                    yield node.lineno

    return find


def called_alone(*names: str) -> Finder:
    """A call of a built-in function, and not of a method of that name."""

    def find(tree: ast.AST) -> Iterator[int]:
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in names:
                    yield node.lineno

    return find


def says(keyword: str, value: object) -> Finder:
    """A call with this keyword and this value."""

    def find(tree: ast.AST) -> Iterator[int]:
        for node in ast.walk(tree):
            match node:
                case ast.keyword(arg=name, value=ast.Constant(value=said)) if (
                    name == keyword and said is value
                ):
                    yield node.lineno

    return find


def lacks(name: str, keyword: str) -> Finder:
    """A call that leaves a keyword out."""

    def find(tree: ast.AST) -> Iterator[int]:
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=func, keywords=said) if ast.unparse(func).endswith(name):
                    if keyword not in {it.arg for it in said}:
                        yield node.lineno

    return find


def names(*words: str) -> Finder:
    """A name or an attribute."""

    def find(tree: ast.AST) -> Iterator[int]:
        for node in ast.walk(tree):
            said = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if said in words and isinstance(node, ast.Attribute | ast.Name):
                yield node.lineno

    return find


def text(*beginnings: str) -> Finder:
    """A text that begins so."""

    def find(tree: ast.AST) -> Iterator[int]:
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str() as said) if said.lstrip().startswith(beginnings):
                    yield node.lineno

    return find


def statements_put_together(tree: ast.AST) -> Iterator[int]:
    """A statement for the database that is filled by `%` or `.format`, or by a value in words."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if not isinstance(node.func, ast.Attribute) or not node.func.attr.startswith("execute"):
            continue
        first = node.args[0]
        by_sign = isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mod)
        by_format = isinstance(first, ast.Call) and ast.unparse(first.func).endswith(".format")
        whole = isinstance(first, ast.Call) and ast.unparse(first.func).startswith("sql.SQL")
        asked = isinstance(first, ast.JoinedStr) and any(
            "request" in ast.unparse(part) or "body" in ast.unparse(part) for part in first.values
        )
        if by_sign or (by_format and not whole) or asked:
            yield node.lineno


def logs_in_one_piece(tree: ast.AST) -> Iterator[int]:
    """A log entry whose words are put together before it is written."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log")), args=[ast.JoinedStr(), *_]):
                yield node.lineno


RULES = (
    Rule(
        "nothing is run that was put together as text",
        r"\b(eval|exec|compile)\(",
        called_alone("eval", "exec", "compile"),
        "eval(text)",
    ),
    Rule(
        "nothing is read that can run",
        "pickle|marshal|shelve|dill|joblib",
        imports("pickle", "marshal", "shelve", "dill", "joblib"),
        "import pickle",
    ),
    Rule(
        "no shell stands between us and a program",
        "shell",
        says("shell", True),
        "subprocess.run(command, shell=True)",
    ),
    Rule(
        "no program is started by a line of text",
        r"os\.(system|popen)",
        calls("os.system", "os.popen"),
        "os.system(line)",
    ),
    Rule(
        "what comes as XML is read by the careful reader",
        r"\b(xml|lxml)\b",
        imports("xml.etree", "xml.dom", "xml.sax", "lxml"),
        "from xml.etree import ElementTree",
        {"adapters/bank_statements.py": "the class alone; defusedxml reads"},
    ),
    Rule("what comes as YAML is not read at all", "yaml", imports("yaml"), "import yaml"),
    Rule(
        "no archive is unpacked as it says itself",
        "extractall|unpack_archive",
        calls("extractall", "unpack_archive"),
        "archive.extractall()",
    ),
    Rule(
        "weak hashes are not used",
        "md5|sha1",
        calls("hashlib.md5", "hashlib.sha1", "md5", "sha1"),
        "hashlib.md5(text)",
        {"adapters/breached.py": "the form in which lists of stolen passwords are published"},
    ),
    Rule(
        "weak ways to encrypt are not used",
        "ECB|PKCS1v15|TripleDES|ARC4",
        names("ECB", "PKCS1v15", "TripleDES", "ARC4"),
        "modes.ECB()",
    ),
    Rule(
        "certificates are verified",
        "CERT_NONE|_create_unverified",
        names("CERT_NONE", "_create_unverified_context"),
        "ssl.CERT_NONE",
    ),
    Rule(
        "nobody turns verification off", "verify", says("verify", False), "get(url, verify=False)"
    ),
    Rule(
        "hosts are compared with certificates",
        "check_hostname",
        says("check_hostname", False),
        "context(check_hostname=False)",
    ),
    Rule(
        "calls to other services leave by one door",
        r"httpx2\.",
        calls(*(f"httpx2.{n}" for n in ("Client", "AsyncClient", "get", "post", "request"))),
        "httpx2.Client()",
        {
            "adapters/outgoing.py": "the door",
            "cli/demo_year/portal.py": "the people of the demonstration, who call Bima",
            "cli/chaos_run/faults.py": "somebody who attacks Bima",
            "cli/outside/bank_service.py": "the simulated bank, which calls Bima",
        },
    ),
    Rule(
        "nothing calls that also reads files and follows on its own",
        r"urllib|http\.client",
        imports("urllib.request", "http.client"),
        "from urllib.request import urlopen",
    ),
    Rule(
        "nobody is led elsewhere",
        "follow_redirects",
        says("follow_redirects", True),
        "get(url, follow_redirects=True)",
    ),
    Rule(
        "a token is read under named algorithms",
        r"jwt\.",
        lacks("jwt.decode", "algorithms"),
        "jwt.decode(token, key)",
    ),
    Rule(
        "a signature is checked before its words",
        "verify_signature",
        says("verify_signature", False),
        "options(verify_signature=False)",
    ),
    Rule(
        "a mail server is not waited for without end",
        "smtplib",
        lacks("smtplib.SMTP", "timeout"),
        "smtplib.SMTP(host)",
    ),
    Rule(
        "temporary files have their place when they are made",
        "mktemp",
        calls("mktemp"),
        "tempfile.mktemp()",
    ),
    Rule(
        "old ways without encryption are not used",
        "telnetlib|ftplib|smtpd",
        imports("telnetlib", "ftplib", "smtpd"),
        "import ftplib",
    ),
    Rule(
        "no page of another origin reads answers",
        "cors",
        imports("starlette.middleware.cors", "fastapi.middleware.cors"),
        "from fastapi.middleware.cors import CORSMiddleware",
    ),
    Rule(
        "nothing is kept in cookies", "cookie", calls("set_cookie"), "response.set_cookie('a', 'b')"
    ),
    Rule(
        "the application tells nobody how it works inside",
        "debug",
        says("debug", True),
        "FastAPI(debug=True)",
    ),
    Rule(
        "no receipt of a command is removed or changed",
        "es_receipt",
        text("DELETE FROM es_receipt", "UPDATE es_receipt", "TRUNCATE es_receipt"),
        "conn.execute('DELETE FROM es_receipt')",
    ),
    Rule("nothing listens everywhere unasked", r"0\.0\.0\.0", text("0.0.0.0"), "host = '0.0.0.0'"),
    Rule(
        "statements and values go to the database apart",
        r"\.execute",
        statements_put_together,
        "conn.execute('SELECT %s' % name)",
    ),
    Rule(
        "logs tell no words that nobody foresaw",
        r"\.exception\(",
        calls("log.exception", "logging.exception"),
        "log.exception('it failed')",
    ),
    Rule(
        "a log entry is put together by its writer alone",
        r"\blog\.",
        logs_in_one_piece,
        "log.info(f'{name} came')",
    ),
)
