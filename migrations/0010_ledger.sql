-- The ledger: one gapless sequence of entries, appended to and never changed.
-- Format and reasons: docs/formats/ledger.md.

create table ledger_entry (
  sequence bigint primary key check (sequence >= 0),
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  body text not null check (octet_length(body) <= 65535)
);
comment on table ledger_entry is 'The journal. Rows come only through ledger_append; update, delete and truncate are refused.';
comment on column ledger_entry.sequence is 'Place in the ledger, from 0, without gaps; the leaf index in the Merkle tree.';
comment on column ledger_entry.leaf_hash is 'SHA-256(0x00 || body as UTF-8), RFC 6962 section 2.1.';
comment on column ledger_entry.body is 'Canonical JSON (RFC 8785) of the entry: the bytes the ledger commits to.';
-- Bodies are short and written once: keep them in the row as they are, without spending time on compression.
alter table ledger_entry alter column body set storage external;

create table ledger_head (
  only_row boolean primary key default true check (only_row),
  size bigint not null default 0 check (size >= 0),
  authority_epoch bigint not null default 0 check (authority_epoch >= 0)
) with (fillfactor = 10);
comment on table ledger_head is 'One row. Whoever appends locks it until commit: that is what makes the sequence gapless and total.';
comment on column ledger_head.size is 'Number of entries; the sequence the next entry takes.';
comment on column ledger_head.authority_epoch is 'Raised by every change that can take a right away. Entries decided under an older epoch are not appended.';
insert into ledger_head default values;

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: it is append-only', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger ledger_entry_is_append_only before update or delete or truncate on ledger_entry
  for each statement execute function ledger_refuse_change();
create trigger ledger_head_stays before delete or truncate on ledger_head
  for each statement execute function ledger_refuse_change();

create function ledger_head_grows() returns trigger language plpgsql as $$
begin
  if new.size < old.size or new.authority_epoch < old.authority_epoch then
    raise exception 'the ledger head only grows' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_head_only_grows before update on ledger_head
  for each row execute function ledger_head_grows();

-- Appends one group in one round trip. `batch` is an array of {"e": epoch or absent, "h": leaf hash in hex,
-- "b": the entry itself}: the entry is embedded, not quoted, and json keeps its text as it came, byte for byte.
-- A row whose "e" is not the current epoch is left out; rows of one caller carry the same "e", so a caller's rows
-- stand or fall together. Accepted rows take sequences from first_sequence on, in the order given.
create function ledger_append(
  batch json, raises_epoch boolean,
  out first_sequence bigint, out appended integer, out epoch bigint
) language plpgsql as $$
begin
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  select h.size, h.authority_epoch into first_sequence, epoch from ledger_head h for update;
  insert into ledger_entry (sequence, leaf_hash, body)
    select first_sequence + row_number() over (order by r.place) - 1, decode(r.h, 'hex'), r.b
    from rows from (json_to_recordset(batch) as (e bigint, h text, b text)) with ordinality as r (e, h, b, place)
    where r.e is null or r.e = epoch;
  get diagnostics appended = row_count;
  if raises_epoch then
    epoch := epoch + 1;
    perform pg_notify('ledger_epoch', epoch::text);
  end if;
  update ledger_head set size = first_sequence + appended, authority_epoch = epoch;
end $$;
