import pytest

from bot.teams.service_urls import ServiceUrls

HOSTS = ("smba.trafficmanager.net", "*.infra.gcc.teams.microsoft.com")


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/uk/",
        "https://SMBA.trafficmanager.net:443/emea",
        "https://pilot.infra.gcc.teams.microsoft.com/teams",
        "https://a.b.infra.gcc.teams.microsoft.com/",
    ],
)
def test_hosts_of_the_list_are_allowed(url: str) -> None:
    urls = ServiceUrls(HOSTS)

    assert urls.allows(url)
    assert urls.allows(url), "and remembered"


@pytest.mark.parametrize(
    "url",
    [
        "http://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net:8443/uk/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/smba.trafficmanager.net",
        "https://infra.gcc.teams.microsoft.com/",
        "https://evilinfra.gcc.teams.microsoft.com/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://evil.example#smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/?x=1",
        "https://smba.trafficmanager.net\n.evil.example/",
        "https://smba.trafficmanager.net /",
        "https://smba.trafficmanager.n\u0435t/",
        "https://smba.trafficmanager.net:port/",
        "https://[::1/",
        "https:///uk/",
        "//smba.trafficmanager.net/",
        "file://smba.trafficmanager.net/etc/passwd",
        "https://127.0.0.1/",
        "",
        "https://smba.trafficmanager.net/" + "a" * 1024,
    ],
)
def test_everything_else_is_not_allowed(url: str) -> None:
    assert not ServiceUrls(HOSTS).allows(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:56150/_connector", True),
        ("http://127.0.0.1:56150/_connector", True),
        ("https://[::1]/", True),
        ("http://127.0.0.1.evil.example/", False),
        ("http://10.0.0.1/", False),
        ("ftp://localhost/", False),
        ("https://smba.trafficmanager.net/uk/", False),
    ],
)
def test_local_use_reaches_this_machine_alone(url: str, allowed: bool) -> None:  # noqa: FBT001 - a case
    assert ServiceUrls((), loopback=True).allows(url) is allowed


def test_what_is_remembered_is_bounded() -> None:
    urls = ServiceUrls(("*.example.org",))

    for number in range(1000):
        urls.allows(f"https://host{number}.example.org/")

    assert len(urls._allowed) <= 256  # noqa: SLF001 - the bound has no other face
