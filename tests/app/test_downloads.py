"""Taking papers away from the app."""

from tests.app.pages import Visit
from views.downloads import file_name


def test_browse_offers_every_format_and_styles_for_a_reference_list(visit: Visit) -> None:
    app = visit("browse")
    chosen = app.selectbox(key="format-browse")
    assert chosen.options[:3] == ["BibTeX", "BibLaTeX", "RIS (Zotero, EndNote, Mendeley)"]
    assert len(app.get("download_button")) == 1
    chosen.select("text").run()
    assert not app.exception
    assert app.selectbox(key="style-browse").options[:2] == ["APA", "IEEE"]


def test_a_download_is_named_for_what_it_holds() -> None:
    assert file_name("State spaces / long context?") == "state-spaces-long-context"
    assert file_name("???") == "papers"
