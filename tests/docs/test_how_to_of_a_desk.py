"""What the how-to pages of one desk say is what happens."""

from tests.docs.console import Reader

# In the order in which one reader can follow them in one home: later pages go on with the workspaces of the earlier ones.
PAGES = [
    *("a-day-of-detentions", "take-a-call", "read-a-note", "hear-a-released-prisoner", "a-reply-of-the-state", "how-many-today"),
    *("the-day-at-the-desk", "find-a-name-in-any-spelling", "one-person-or-two", "bring-in-a-web-page", "bring-in-a-folder"),
    *("watch-a-published-list", "bring-in-a-list", "who-commanded-here"),
]


def test_the_pages_do_what_they_say(reader: Reader) -> None:
    reader.follows_pages(PAGES)
