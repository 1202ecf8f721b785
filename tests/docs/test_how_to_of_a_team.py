"""What the how-to pages of several colleagues say is what happens."""

from tests.docs.console import Reader

# In the order in which one reader can follow them in one home: later pages go on with the workspaces of the earlier ones.
PAGES = [
    *("add-a-colleague", "release-an-identity", "check-a-case-file", "black-out-a-name", "stamp-the-time", "recognise-a-political-prisoner"),
    *("approve-and-recall-a-card", "put-a-person-on-the-public-list", "back-up-and-restore", "change-the-passphrase", "keep-three-copies"),
    *(
        "take-back-what-was-said",
        "before-a-journey",
        "a-device-is-taken",
        "remove-a-member",
        "weigh-what-goes-out",
        "after-filing",
        "when-much-is-opened",
    ),
    *("read-a-case-against-the-law", "witness-a-log", "give-data-to-a-partner", "check-the-public-list", "publish-the-list"),
    "give-figures-that-hold",
]


def test_the_pages_do_what_they_say(reader: Reader) -> None:
    reader.follows_pages(PAGES)
