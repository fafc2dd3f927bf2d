-- SPDX-License-Identifier: Apache-2.0
-- A double-entry ledger as one would write it for PostgreSQL: what Partita is measured beside. A batch is one statement. Results are the
-- numbers of Partita's result codes.

-- Room in each page for new versions of its rows, so that no index has to be changed when balances are.
CREATE TABLE account (
    id bigint PRIMARY KEY,
    book int NOT NULL,
    debits_must_not_exceed_credits boolean NOT NULL DEFAULT false,
    credits_must_not_exceed_debits boolean NOT NULL DEFAULT false,
    debits bigint NOT NULL DEFAULT 0,
    credits bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 25);

-- What was refused for a reason that may pass stays as well: its id is burnt.
CREATE TABLE transfer (
    id bigint PRIMARY KEY,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    amount bigint NOT NULL,
    book int NOT NULL,
    reason int NOT NULL,
    result smallint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CHECK (debit <> credit OR result <> 1)
);

-- All of a batch at once, if every transfer of it is new and none can be refused; or it fails as a whole, with the state PT001, 23505 or
-- 23514, and post_each has to look at each. Locks are taken in the order of accounts, then of transfers, so that nobody waits in a circle.
-- by_row: lock the accounts; else whoever posts locks out everybody else, which costs less if batches have accounts in common anyway.
CREATE FUNCTION post(
    ids bigint[], debited bigint[], credited bigint[], amounts bigint[], its_book int, its_reason int, by_row boolean
) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    is_fine boolean;
BEGIN
    IF by_row THEN
        PERFORM FROM account WHERE id IN (SELECT unnest(debited) UNION SELECT unnest(credited)) ORDER BY id FOR NO KEY UPDATE;
    ELSE
        PERFORM pg_advisory_xact_lock(1);
    END IF;
    WITH moved AS MATERIALIZED (
        SELECT id, sum(debit)::bigint AS debits, sum(credit)::bigint AS credits FROM (
            SELECT d AS id, a AS debit, 0::bigint AS credit FROM unnest(debited, amounts) AS t (d, a)
            UNION ALL
            SELECT c, 0, a FROM unnest(credited, amounts) AS t (c, a)
        ) AS each GROUP BY id
    ), changed AS (
        UPDATE account SET debits = account.debits + moved.debits, credits = account.credits + moved.credits
        FROM moved
        WHERE account.id = moved.id AND account.book = its_book
            -- As if its debits came first and its credits last: then it holds in any order.
            AND (NOT debits_must_not_exceed_credits OR moved.debits = 0 OR account.debits + moved.debits <= account.credits)
            AND (NOT credits_must_not_exceed_debits OR moved.credits = 0 OR account.credits + moved.credits <= account.debits)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved) = (SELECT count(*) FROM changed) INTO is_fine;
    IF NOT is_fine THEN
        RAISE EXCEPTION 'not all of them' USING ERRCODE = 'PT001';
    END IF;
    INSERT INTO transfer (id, debit, credit, amount, book, reason, result)
        SELECT i, d, c, a, its_book, its_reason, 1 FROM unnest(ids, debited, credited, amounts) AS t (i, d, c, a) ORDER BY i;
    RETURN cardinality(ids);
END $$;

-- The same for a batch of one, which needs no arrays.
CREATE FUNCTION post_one(
    its_id bigint, its_debit bigint, its_credit bigint, its_amount bigint, its_book int, its_reason int
) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    step int;
    is_debit boolean;
BEGIN
    FOR step IN 1..2 LOOP
        is_debit := (step = 1) = (its_debit < its_credit);
        IF is_debit THEN
            UPDATE account SET debits = debits + its_amount WHERE id = its_debit AND book = its_book
                AND (NOT debits_must_not_exceed_credits OR debits + its_amount <= credits);
        ELSE
            UPDATE account SET credits = credits + its_amount WHERE id = its_credit AND book = its_book
                AND (NOT credits_must_not_exceed_debits OR credits + its_amount <= debits);
        END IF;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'not this one' USING ERRCODE = 'PT001';
        END IF;
    END LOOP;
    INSERT INTO transfer (id, debit, credit, amount, book, reason, result)
        VALUES (its_id, its_debit, its_credit, its_amount, its_book, its_reason, 1);
    RETURN 1;
END $$;

-- One after the other, each with its own result. Fails with 23505 if somebody else posted one of the ids meanwhile: try again.
CREATE FUNCTION post_each(
    ids bigint[], debited bigint[], credited bigint[], amounts bigint[], its_book int, its_reason int
) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    results int[] := array_fill(0, ARRAY[cardinality(ids)]);
    old transfer;
    debtor account;
    creditor account;
    code int;
BEGIN
    PERFORM FROM account WHERE id = ANY (debited || credited) ORDER BY id FOR NO KEY UPDATE;
    FOR i IN 1..cardinality(ids) LOOP
        SELECT * INTO old FROM transfer WHERE id = ids[i];
        IF FOUND THEN
            results[i] := CASE
                WHEN old.result <> 1 THEN 29 -- ID_ALREADY_FAILED
                WHEN old.debit <> debited[i] THEN 25 -- EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID
                WHEN old.credit <> credited[i] THEN 26 -- EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID
                WHEN old.amount <> amounts[i] THEN 27 -- EXISTS_WITH_DIFFERENT_AMOUNT
                WHEN old.book <> its_book THEN 20 -- EXISTS_WITH_DIFFERENT_LEDGER
                WHEN old.reason <> its_reason THEN 21 -- EXISTS_WITH_DIFFERENT_CODE
                ELSE 2 -- EXISTS
            END;
            CONTINUE;
        END IF;
        SELECT * INTO debtor FROM account WHERE id = debited[i];
        SELECT * INTO creditor FROM account WHERE id = credited[i];
        code := CASE
            WHEN debited[i] = credited[i] THEN 43 -- ACCOUNTS_MUST_BE_DIFFERENT
            WHEN debtor.id IS NULL THEN 47 -- DEBIT_ACCOUNT_NOT_FOUND
            WHEN creditor.id IS NULL THEN 48 -- CREDIT_ACCOUNT_NOT_FOUND
            WHEN debtor.book <> creditor.book THEN 49 -- ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER
            WHEN debtor.book <> its_book THEN 50 -- TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS
            WHEN debtor.debits_must_not_exceed_credits AND debtor.debits + amounts[i] > debtor.credits
                THEN 63 -- EXCEEDS_CREDITS
            WHEN creditor.credits_must_not_exceed_debits AND creditor.credits + amounts[i] > creditor.debits
                THEN 64 -- EXCEEDS_DEBITS
            ELSE 1 -- CREATED
        END;
        results[i] := code;
        IF code = 1 THEN
            UPDATE account SET debits = account.debits + amounts[i] WHERE id = debited[i];
            UPDATE account SET credits = account.credits + amounts[i] WHERE id = credited[i];
        END IF;
        IF code IN (1, 47, 48, 63, 64) THEN
            INSERT INTO transfer (id, debit, credit, amount, book, reason, result)
                VALUES (ids[i], debited[i], credited[i], amounts[i], its_book, its_reason, code);
        END IF;
    END LOOP;
    RETURN results;
END $$;
