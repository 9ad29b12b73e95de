-- A second tree over the same entries for 国密 (SM3, SM2): tiles of its own, and checkpoints at the same sizes.

alter table ledger_tile add column suite text not null default 'international'
  check (suite in ('international', 'guomi'));
alter table ledger_tile drop constraint ledger_tile_pkey;
alter table ledger_tile add primary key (suite, level, index);
comment on column ledger_tile.suite is 'Whose tree: international hashes with SHA-256, guomi with SM3.';

create or replace function ledger_tile_extends() returns trigger language plpgsql as $$
begin
  if new.suite <> old.suite or new.level <> old.level or new.index <> old.index
     or substring(new.hashes for octet_length(old.hashes)) <> old.hashes then
    raise exception 'a tile is extended, never rewritten' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create table ledger_guomi_checkpoint (
  size bigint primary key references ledger_checkpoint (size),
  previous_size bigint unique nulls not distinct references ledger_guomi_checkpoint (size),
  root_hash bytea not null check (octet_length(root_hash) = 32),
  note text not null,
  signed_at timestamptz not null,
  check (previous_size < size)
);
comment on table ledger_guomi_checkpoint is 'Every checkpoint of the SM3 tree ever signed, in one chain, each at the size of one in ledger_checkpoint.';
comment on column ledger_guomi_checkpoint.size is 'Number of entries covered.';
comment on column ledger_guomi_checkpoint.previous_size is 'Size of the checkpoint before; null for the first.';
comment on column ledger_guomi_checkpoint.root_hash is 'Root of the SM3 tree.';
comment on column ledger_guomi_checkpoint.note is 'The signed note as published, under SM2 (docs/formats/ledger.md).';
comment on column ledger_guomi_checkpoint.signed_at is 'When it was signed, by the server''s clock; later than its fellow where the tree was made up for.';
create trigger ledger_guomi_checkpoint_stays before update or delete or truncate on ledger_guomi_checkpoint
  for each statement execute function ledger_refuse_change();
