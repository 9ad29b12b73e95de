-- The epoch of authority can be told from the entries alone: each change that raises it says so in its last entry.

create or replace function ledger_append(
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

-- A ledger older than this rule says once where counting starts. Canonical JSON (RFC 8785): keys in order.
do $$
declare
  base ledger_head%rowtype;
  instant timestamptz := clock_timestamp();
  milliseconds text := lpad(to_hex((extract(epoch from instant) * 1000)::bigint), 12, '0');
  random text := gen_random_uuid();
  body text;
begin
  select * into base from ledger_head for update;
  if base.authority_epoch > 0 then
    body := format(
      '{"detail":{"epoch":%s,"event":"epoch-base"},"id":"%s","kind":"system","nonce":"%s","outcome":0,"recorded":"%s","v":1}',
      base.authority_epoch,
      -- RFC 9562 section 5.7: milliseconds, version 7, and the random parts of a version 4.
      substr(milliseconds, 1, 8) || '-' || substr(milliseconds, 9) || '-7' || substr(random, 16, 3) || '-' || substr(random, 20),
      rtrim(translate(encode(decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), 'base64'), '+/', '-_'), '='),
      to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
    insert into ledger_entry (sequence, leaf_hash, body)
      values (base.size, sha256('\x00'::bytea || convert_to(body, 'UTF8')), body);
    update ledger_head set size = base.size + 1;
  end if;
end $$;
