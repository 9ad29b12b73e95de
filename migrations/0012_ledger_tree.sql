-- The Merkle tree over the journal as tiles (C2SP tlog-tiles), and the signed checkpoints over it.

create table ledger_tile (
  level smallint not null check (level between 0 and 7),
  index bigint not null check (index >= 0),
  width smallint not null check (width between 1 and 256),
  hashes bytea not null check (octet_length(hashes) = 32 * width),
  primary key (level, index)
);
comment on table ledger_tile is 'One row a tile, as wide as it has grown; a narrower partial tile is its beginning.';
comment on column ledger_tile.level is 'A hash at level l is the Merkle tree hash of 256^l entries.';
comment on column ledger_tile.index is 'Place of the tile in its level; it holds hashes index*256 onward.';
comment on column ledger_tile.hashes is 'width hashes of 32 bytes.';
alter table ledger_tile alter column hashes set storage external;

create function ledger_tile_extends() returns trigger language plpgsql as $$
begin
  if new.level <> old.level or new.index <> old.index
     or substring(new.hashes for octet_length(old.hashes)) <> old.hashes then
    raise exception 'a tile is extended, never rewritten' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_tile_only_extends before update on ledger_tile
  for each row execute function ledger_tile_extends();
create trigger ledger_tile_stays before delete or truncate on ledger_tile
  for each statement execute function ledger_refuse_change();

create table ledger_checkpoint (
  size bigint primary key check (size > 0),
  previous_size bigint unique nulls not distinct references ledger_checkpoint (size),
  root_hash bytea not null check (octet_length(root_hash) = 32),
  note text not null,
  signed_at timestamptz not null,
  check (previous_size < size)
);
comment on table ledger_checkpoint is 'Every checkpoint ever signed, in one chain: each size has one predecessor and at most one successor.';
comment on column ledger_checkpoint.size is 'Number of entries covered.';
comment on column ledger_checkpoint.previous_size is 'Size of the checkpoint before; null for the first.';
comment on column ledger_checkpoint.note is 'The signed note as published (C2SP tlog-checkpoint).';
create trigger ledger_checkpoint_stays before update or delete or truncate on ledger_checkpoint
  for each statement execute function ledger_refuse_change();
