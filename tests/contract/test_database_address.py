"""How `DATABASE_URL` is read."""

import pytest

from serve_app.adapters.database.address import read_address

_NOT_DATABASES = (
    "",
    "sqlite://",
    "sqlite:///",
    "sqlite://host/x",
    "sqlite:///x?mode=ro",
    "sqlite:///x#y",
    "mysql://user:secret@host/name",
    "postgresql://user:secret@host",
    "postgresql://user:secret@host:port/name",
    "/var/mighty.sqlite",
)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgres(scheme: str) -> None:
    """Each spelling means psycopg; user, password, port and options are kept."""
    address = read_address(
        f"{scheme}://me:p%40ss@db.example.org:6543/name?sslmode=require&options=-c%20a%3Db"
    )
    assert address.drivername == "postgresql+psycopg"
    assert (address.username, address.password) == ("me", "p@ss")
    assert (address.host, address.port, address.database) == ("db.example.org", 6543, "name")
    assert dict(address.query) == {"sslmode": "require", "options": "-c a=b"}


def test_options_of_other_libraries() -> None:
    """What Supabase's page adds for a JavaScript library is dropped; libpq would refuse it."""
    address = read_address("postgres://me@host/name?pgbouncer=true&connection_limit=1&sslmode=require")
    assert dict(address.query) == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///srv/mighty.sqlite", "/srv/mighty.sqlite"),
        ("sqlite:////srv/mighty.sqlite", "/srv/mighty.sqlite"),
        ("sqlite:///srv/a%20b%25.sqlite", "/srv/a b%.sqlite"),
        ("sqlite:///srv/plain space.sqlite", "/srv/plain space.sqlite"),
    ],
)
def test_sqlite(url: str, path: str) -> None:
    """The path is absolute, with three slashes or four, escaped or not."""
    assert read_address(url).database == path


@pytest.mark.parametrize("url", _NOT_DATABASES)
def test_unknown_addresses(url: str) -> None:
    """Anything else is refused, without repeating the password."""
    with pytest.raises(ValueError, match="URL") as caught:
        read_address(url)
    assert "secret" not in str(caught.value)
