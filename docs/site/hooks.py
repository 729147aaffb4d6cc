"""What mkdocs does besides: files from outside of docs/, the rest of the navigation, figures.

The pages are written to be read in the repository too, so nothing in them is of mkdocs alone.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File, Files

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent

# Pages that lie elsewhere in the repository, by their name on the site.
ELSEWHERE = {
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "security.md": "SECURITY.md",
    "web_annotator.md": "examples/web_annotator/README.md",
}
FOLDERS = {"docs/ops": "docs/operations.md", "docs/quality": "docs/quality/index.md"}
STYLE = "site.css"
FIGURE = re.compile(r"^!\[([^\]]+)\]\(([^)]*figures/[^)]+\.svg)\)$", re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\]]+)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
PAGES = {source: name for name, source in ELSEWHERE.items()}


def on_config(config):
    """Turn the words of operations into pages, and add those that stand in no group."""
    sections = {name: pages for section in config.nav for name, pages in section.items()}
    operations = sections["Operations"]
    named = set()
    for entry in operations:
        if not isinstance(entry, dict):
            continue
        for title, words in entry.items():
            if isinstance(words, list):
                named |= set(words)
                entry[title] = [{word: f"ops/{word}.md"} for word in words]
    others = sorted(p.stem for p in (DOCS / "ops").glob("*.md") if p.stem not in named)
    if others:
        operations.insert(-2, {"Others": [{word: f"ops/{word}.md"} for word in others]})
    topics = sorted(p for p in (DOCS / "quality").glob("*.md") if p.stem != "index")
    sections["Quality"][1:1] = [{first_title(p): f"quality/{p.name}"} for p in topics]
    return config


def first_title(path):
    """Give what stands behind the first # of a page."""
    with path.open(encoding="utf-8") as file:
        return file.readline().removeprefix("# ").strip()


def on_files(files, config):
    """Add the pages that lie elsewhere, and the style sheet, which lies beside this file."""
    for name, source in ELSEWHERE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, name, content=relinked(text, source, name)))
    style = (Path(__file__).parent / STYLE).read_text(encoding="utf-8")
    files.append(File.generated(config, STYLE, content=style))
    return Files(files)


def on_page_markdown(markdown, page, **_):
    """Give figures their caption, and links to what is no page the page that stands for it."""
    source = page.file.src_uri
    if source.startswith(("coming-from", "peers")):  # tables of calls want the room
        page.meta["hide"] = ["toc"]
    if source not in ELSEWHERE:
        markdown = relinked(markdown, f"docs/{source}", source)
    if source.startswith("ops/"):
        markdown += reference(Path(source).stem)
    return FIGURE.sub(
        r"<figure markdown>\n![\1](\2)\n<figcaption>\1</figcaption>\n</figure>", markdown
    )


def reference(word):
    """Give the line that leads from the page of an operation to its arguments."""
    package = (ROOT / "python/maskengine/__init__.py").read_text(encoding="utf-8")
    imported = rf"^from maskengine\.ops\.{word} import ([^(]+?$|\([^)]+\))"
    names = re.search(imported, package, re.MULTILINE)[1]
    functions = [name for name in re.findall(r"\w+", names.split("#")[0]) if name[0].islower()]
    links = ", ".join(f"[`me.{name}`][maskengine.{name}]" for name in functions)
    return f"\n\n## Arguments\n\nAll of them, and what is raised when: {links}.\n"


def relinked(text, source, name):
    """Let the links of a file of the repository lead to pages of the site.

    A link to a file that is on no page becomes its words.
    """

    def link(match):
        mark, words, target, place = match.groups()
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        if not (ROOT / inside).exists():
            return match[0]
        if inside in PAGES:
            lands = PAGES[inside]
        elif inside == "docs" or not inside.startswith("docs/"):
            return words
        else:
            lands = FOLDERS.get(inside, inside).removeprefix("docs/")
        return f"{mark}[{words}]({posixpath.relpath(lands, posixpath.dirname(name))}{place or ''})"

    return LINK.sub(link, text)
