"""What README and the pages docs/how-to/questions-on-*.md ask and answer, asked of the newsroom. `python tests/kliping/test_analyst.py HOME` writes the answers of that home into them."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import kliping
from kliping.output import Format, show
from warehouse.read.published import Reader

CHECKOUT = Path(__file__).parents[2]
ASKING = (
    CHECKOUT / "README.md",
    *sorted((CHECKOUT / "docs" / "how-to").glob("questions-on-*.md")),
)
NOTEBOOK = CHECKOUT / "docs" / "notebook.py"
QUESTION = re.compile(r"```sql\n(?P<sql>.*?)```\n(?:\n```text\n(?P<answer>.*?)```\n)?", re.DOTALL)


def answer(reader, sql):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        show(reader.rows(sql), Format.TABLE)
    return output.getvalue()


def printed_questions():
    return [
        (found["sql"], found["answer"])
        for path in ASKING
        for found in QUESTION.finditer(path.read_text(encoding="utf-8"))
    ]


def test_every_question_has_the_answer_that_stands_there(demo_home):
    with Reader(demo_home) as reader:
        answers = {sql: answer(reader, sql) for sql, _ in printed_questions()}

    assert len(answers) == 32
    assert answers == dict(printed_questions())


def test_what_the_notebook_asks_can_be_answered(demo_home):
    text = NOTEBOOK.read_text(encoding="utf-8")
    queries = re.findall(r'home\.sql\(\s*"""(.*?)"""', text, re.DOTALL)
    with kliping.open(demo_home) as home:
        answers = [
            home.sql(query, {"outlet": "PortalNusa"} if "$outlet" in query else None).pl()
            for query in queries
        ]
        figures = home.figures(source="PortalNusa").filter("speaker IS NOT NULL")
        names = re.search(r"\.select\((.+?)\)", text)[1].replace('"', "").split(", ")
        answers.append(figures.select(*names).pl())

    assert [len(answer) > 0 for answer in answers] == [True] * 3
    subprocess.run([sys.executable, "-m", "py_compile", NOTEBOOK], check=True)


if __name__ == "__main__":
    with Reader(Path(sys.argv[1])) as opened:
        for path in ASKING:
            document = path.read_text(encoding="utf-8")
            path.write_text(
                QUESTION.sub(
                    lambda q: f"```sql\n{q['sql']}```\n\n```text\n{answer(opened, q['sql'])}```\n",
                    document,
                ),
                encoding="utf-8",
            )
