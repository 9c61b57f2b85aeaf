"""The trap of a cursor over a sequence, made to fire on PostgreSQL; and why the counter row is none."""

import psycopg
import pytest

import centres


def test_a_cursor_over_a_sequence_loses_a_row(postgres: str) -> None:
    with (
        psycopg.connect(postgres, autocommit=True) as reader,
        psycopg.connect(postgres) as slow,
        psycopg.connect(postgres) as quick,
    ):
        reader.execute("CREATE TABLE line (id BIGSERIAL PRIMARY KEY, said TEXT)")
        slow.execute("INSERT INTO line (said) VALUES ('first')")
        quick.execute("INSERT INTO line (said) VALUES ('second')")
        quick.commit()
        came = reader.execute("SELECT id, said FROM line WHERE id > 0").fetchall()
        assert came == [(2, "second")]
        slow.commit()
        # The cursor has passed a row that was still to come: it is never sent.
        assert reader.execute("SELECT said FROM line WHERE id > 2").fetchall() == []
        assert reader.execute("SELECT count(*) FROM line").fetchone() == (2,)


def test_no_number_is_given_while_an_earlier_one_is_not_there(postgres: str) -> None:
    with centres.running(centres.make(postgres)) as running:
        venue = running.venue()
        counted = "UPDATE ledger SET head = head + 1 WHERE venue_id = %s RETURNING head"
        seen = "SELECT head FROM ledger WHERE venue_id = %s"
        with (
            psycopg.connect(postgres, autocommit=True) as reader,
            psycopg.connect(postgres) as slow,
            psycopg.connect(postgres) as quick,
        ):
            assert slow.execute(counted, [venue]).fetchone() == (1,)
            quick.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                quick.execute(counted, [venue])
            quick.rollback()
            assert reader.execute(seen, [venue]).fetchone() == (0,)
            slow.commit()
            assert quick.execute(counted, [venue]).fetchone() == (2,)
            quick.commit()
            assert reader.execute(seen, [venue]).fetchone() == (2,)
