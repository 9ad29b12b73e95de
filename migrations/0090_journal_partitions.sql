-- The journal in partitions: a new one at each turn of the month, none longer than 1,048,576 entries, all beginning and
-- ending between two tiles of 256. A closed one may leave for cheap storage, through ledger_release_partition alone.
-- Format and reasons: docs/formats/ledger.md, "Retention".

create table ledger_partition (
  first_sequence bigint primary key check (first_sequence >= 0 and first_sequence % 256 = 0),
  end_sequence bigint not null check (end_sequence > first_sequence and end_sequence % 256 = 0),
  month date not null check (extract(day from month) = 1),
  released boolean not null default false
);
comment on table ledger_partition is 'Parts of the journal: the table ledger_entry_<first_sequence> each, as long as it is not released.';
comment on column ledger_partition.end_sequence is 'First sequence after it. It is closed, and changes no more, when the journal has grown that far.';
comment on column ledger_partition.month is 'Month (Asia/Shanghai) in which it was begun.';
comment on column ledger_partition.released is 'Its entries are in a volume (ledger_volume), and the table is gone.';

create table ledger_volume (
  first_sequence bigint not null references ledger_partition,
  version integer not null check (version >= 1),
  end_sequence bigint not null check (end_sequence > first_sequence),
  name text not null unique,
  folder text not null,
  manifest_sha256 bytea not null check (octet_length(manifest_sha256) = 32),
  recorded_sequence bigint not null,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null,
  primary key (first_sequence, version)
);
comment on table ledger_volume is 'Where entries lie that have left the database. Of each stretch the highest version counts; the others are to be removed.';
comment on column ledger_volume.version is '1 holds every body; each expiry of bodies makes a new version.';
comment on column ledger_volume.folder is 'The folder it was written into; readers also look in their own archive folders.';
comment on column ledger_volume.manifest_sha256 is 'SHA-256 of manifest.json, which has the digests of all other files.';
comment on column ledger_volume.recorded_sequence is 'The entry (detail.event archived or expired) that holds the same digest.';
comment on column ledger_volume.recorded_from is 'Least time at which an entry of it was recorded; recorded_to the greatest.';
create trigger ledger_volume_stays before update or delete or truncate on ledger_volume
  for each statement execute function ledger_refuse_change();

alter table ledger_head add column partitioned_upto bigint not null default 0;
comment on column ledger_head.partitioned_upto is 'The journal has partitions for sequences below this.';

-- The table there is becomes the first partition as it stands: no row is moved.
alter table ledger_entry rename to ledger_entry_0;
alter table ledger_entry_0 rename constraint ledger_entry_pkey to ledger_entry_0_pkey;
drop trigger ledger_entry_is_append_only on ledger_entry_0;

create table ledger_entry (
  like ledger_entry_0 including constraints including storage including comments
) partition by range (sequence);
alter table ledger_entry add primary key (sequence);
comment on table ledger_entry is 'The journal. Rows come only through ledger_append; update, delete and truncate are refused on it and on each partition.';
create trigger ledger_entry_is_append_only before update or delete or truncate on ledger_entry
  for each statement execute function ledger_refuse_change();
-- Row triggers come to every partition by themselves, whoever makes it.
create trigger ledger_entry_rows_stay before update or delete on ledger_entry
  for each row execute function ledger_refuse_change();

create function ledger_partition_name(first_sequence bigint) returns text language sql immutable
  return 'ledger_entry_' || first_sequence;

create function ledger_guard_partition(name text) returns void language plpgsql as $$
begin
  execute format(
    'create trigger ledger_entry_is_append_only before update or delete or truncate on %I
     for each statement execute function ledger_refuse_change()', name);
end $$;

-- A table of its own, then attached: that takes no lock which an append or a reading waits for.
create function ledger_add_partition(first bigint, past bigint, begun date) returns void language plpgsql as $$
declare
  name text := ledger_partition_name(first);
begin
  execute format('create table %I (like ledger_entry including all)', name);
  perform ledger_guard_partition(name);
  insert into ledger_partition (first_sequence, end_sequence, month) values (first, past, begun);
  execute format('alter table ledger_entry attach partition %I for values from (%s) to (%s)', name, first, past);
  update ledger_head set partitioned_upto = greatest(partitioned_upto, past);
end $$;

-- Partitions end at multiples of 1,048,576 entries or earlier, so that cutting one never looks at more rows than that.
create function ledger_partition_end(first bigint) returns bigint language sql immutable
  return (first / 1048576 + 1) * 1048576;

do $$
declare
  size bigint := (select h.size from ledger_head h);
  past bigint := ledger_partition_end(size);
begin
  perform ledger_guard_partition('ledger_entry_0');
  insert into ledger_partition (first_sequence, end_sequence, month)
    select 0, past, date_trunc('month', coalesce(min((body::json ->> 'recorded')::timestamptz), now()) at time zone 'Asia/Shanghai')
    from ledger_entry_0 where sequence = 0;
  execute format('alter table ledger_entry attach partition ledger_entry_0 for values from (0) to (%s)', past);
  update ledger_head set partitioned_upto = past;
end $$;

-- Room for what is appended is made ahead, in the transaction that comes near the end of it: no worker need be running.
create function ledger_make_room(size bigint) returns void language plpgsql as $$
declare
  newest ledger_partition%rowtype;
begin
  select * into newest from ledger_partition order by first_sequence desc limit 1;
  perform ledger_add_partition(newest.end_sequence, ledger_partition_end(newest.end_sequence), newest.month);
end $$;

create or replace function ledger_append(
  batch json, raises_epoch boolean,
  out first_sequence bigint, out appended integer, out epoch bigint
) language plpgsql as $$
declare
  room_upto bigint;
begin
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  select h.size, h.authority_epoch, h.partitioned_upto into first_sequence, epoch, room_upto from ledger_head h for update;
  if first_sequence + 262144 > room_upto then
    perform ledger_make_room(first_sequence);
  end if;
  insert into ledger_entry (sequence, leaf_hash, body)
    select first_sequence + row_number() over (order by r.place) - 1, decode(r.h, 'hex'), r.b
    from rows from (json_to_recordset(batch) as (e bigint, h text, b text)) with ordinality as r (e, h, b, place)
    where r.e is null or r.e = epoch;
  get diagnostics appended = row_count;
  if raises_epoch then
    -- Superseded callers append nothing, and then nothing may rise.
    if appended > 0 then
      if (batch -> -1 -> 'b' ->> 'raisesEpoch')::boolean is not true then
        raise exception 'a change that raises the epoch says so in its last entry' using errcode = 'check_violation';
      end if;
      epoch := epoch + 1;
      perform pg_notify('ledger_epoch', epoch::text);
    end if;
  end if;
  update ledger_head set size = first_sequence + appended, authority_epoch = epoch;
end $$;

-- Ends the partition that is being filled at the next multiple of 256, if the month is no longer the one it was begun in.
-- Appends wait meanwhile, for as long as it takes to look once at the rows of this partition. The head comes first, as
-- in ledger_append: whoever has it appends nothing elsewhere, and only readers can be in the way.
create function ledger_turn_month(this_month date) returns boolean language plpgsql as $$
declare
  size bigint;
  filling ledger_partition%rowtype;
  boundary bigint;
begin
  if (select p.month from ledger_partition p order by p.first_sequence desc limit 1) >= this_month then
    return false;
  end if;
  select h.size into size from ledger_head h for update;
  select * into filling from ledger_partition p where size >= p.first_sequence and size < p.end_sequence;
  boundary := (size + 255) / 256 * 256;
  if boundary > filling.first_sequence and boundary < filling.end_sequence then
    update ledger_partition set released = true where first_sequence = filling.first_sequence;
    execute format('alter table ledger_entry detach partition %I', ledger_partition_name(filling.first_sequence));
    execute format('alter table ledger_entry attach partition %I for values from (%s) to (%s)',
      ledger_partition_name(filling.first_sequence), filling.first_sequence, boundary);
    update ledger_partition set released = false, end_sequence = boundary where first_sequence = filling.first_sequence;
    perform ledger_add_partition(boundary, filling.end_sequence, this_month);
    update ledger_partition set month = this_month where first_sequence > boundary;
    return true;
  end if;
  update ledger_partition set month = this_month where first_sequence >= boundary and month < this_month;
  return found;
end $$;

-- The only way by which entries leave the database: the journal itself holds the digest of the volume they went to, a
-- checkpoint covers them, and the trace has them.
create function ledger_release_partition(
  first bigint, volume_name text, volume_folder text, manifest bytea, recorded bigint, earliest timestamptz, latest timestamptz
) returns void language plpgsql as $$
declare
  leaving ledger_partition%rowtype;
  receipt json;
begin
  select * into leaving from ledger_partition p where p.first_sequence = first and not p.released;
  if not found then
    raise exception 'there is no partition at %', first using errcode = 'restrict_violation';
  end if;
  select e.body::json into receipt from ledger_entry e where e.sequence = recorded;
  if receipt is null or receipt ->> 'kind' <> 'system' or receipt -> 'detail' ->> 'event' is distinct from 'archived'
     or (receipt -> 'detail' ->> 'first')::bigint is distinct from first
     or (receipt -> 'detail' ->> 'end')::bigint is distinct from leaving.end_sequence
     or receipt -> 'detail' ->> 'volume' is distinct from volume_name
     or receipt -> 'detail' ->> 'manifest' is distinct from encode(manifest, 'hex') then
    raise exception 'entry % is not the receipt of this volume', recorded using errcode = 'restrict_violation';
  end if;
  if recorded < leaving.end_sequence
     or not exists (select from ledger_checkpoint c where c.size >= leaving.end_sequence)
     or exists (select from trace_head t where t.projected_upto < leaving.end_sequence) then
    raise exception 'partition % is not closed, covered and traced yet', first using errcode = 'restrict_violation';
  end if;
  insert into ledger_volume (first_sequence, version, end_sequence, name, folder, manifest_sha256, recorded_sequence, recorded_from, recorded_to)
    values (first, 1, leaving.end_sequence, volume_name, volume_folder, manifest, recorded, earliest, latest);
  update ledger_partition set released = true where first_sequence = first;
  execute format('alter table ledger_entry detach partition %I', ledger_partition_name(first));
  execute format('drop table %I', ledger_partition_name(first));
end $$;

-- A volume gives place to one with fewer bodies, whose digest the journal holds.
create function ledger_supersede_volume(
  first bigint, volume_version integer, volume_name text, volume_folder text, manifest bytea, recorded bigint
) returns void language plpgsql as $$
declare
  before ledger_volume%rowtype;
  receipt json;
begin
  select * into before from ledger_volume v where v.first_sequence = first order by v.version desc limit 1;
  select e.body::json into receipt from ledger_entry e where e.sequence = recorded;
  if before.version is distinct from volume_version - 1
     or receipt is null or receipt ->> 'kind' <> 'system' or receipt -> 'detail' ->> 'event' is distinct from 'expired'
     or (receipt -> 'detail' ->> 'first')::bigint is distinct from first
     or receipt -> 'detail' ->> 'volume' is distinct from volume_name
     or receipt -> 'detail' ->> 'manifest' is distinct from encode(manifest, 'hex') then
    raise exception 'entry % is not the receipt of this volume', recorded using errcode = 'restrict_violation';
  end if;
  insert into ledger_volume (first_sequence, version, end_sequence, name, folder, manifest_sha256, recorded_sequence, recorded_from, recorded_to)
    values (first, volume_version, before.end_sequence, volume_name, volume_folder, manifest, recorded, before.recorded_from, before.recorded_to);
end $$;

-- Drop and detach by hand are refused. PostgreSQL lets only a superuser keep watch over commands; a database owned by
-- an ordinary role goes without, and there the verifier tells of what is missing, as it does in any case.
create function ledger_refuse_loss() returns event_trigger language plpgsql as $$
begin
  if exists (
    select from ledger_partition p where not p.released and not exists (
      select from pg_class c
      where c.relname = ledger_partition_name(p.first_sequence) and c.relispartition and c.relkind = 'r')
  ) then
    raise exception 'a partition of the journal leaves through ledger_release_partition only' using errcode = 'restrict_violation';
  end if;
end $$;
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    create event trigger ledger_partitions_stay on ddl_command_end
      when tag in ('ALTER TABLE', 'DROP TABLE', 'DROP SCHEMA', 'DROP OWNED')
      execute function ledger_refuse_loss();
  end if;
end $$;
