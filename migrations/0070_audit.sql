-- Audit conventions: what was taken in of other systems' trails, and how far our own was sent to others.

create table audit_received (
  source_id text not null,
  event_id text not null,
  digest bytea not null check (octet_length(digest) = 32),
  sequence bigint check (sequence >= 0),
  primary key (source_id, event_id)
);
comment on table audit_received is 'Every event taken in, once for each source and id; written in the transaction of its ledger entry.';
comment on column audit_received.source_id is 'Id of the registered source (AUDIT_SOURCES).';
comment on column audit_received.event_id is 'The source''s own id of the event, or sha256: and the digest where it has none.';
comment on column audit_received.digest is 'SHA-256 of the original message: the same id with other bytes is refused.';
comment on column audit_received.sequence is 'Place of its first entry in the ledger; null only inside the transaction that writes it.';

create table audit_destination (
  id text primary key,
  position bigint not null check (position >= 0),
  sent bigint not null default 0 check (sent >= 0),
  moved_at timestamptz not null default now(),
  last_failure text,
  failed_at timestamptz
);
comment on table audit_destination is 'The outbox: one row for each destination (AUDIT_DESTINATIONS).';
comment on column audit_destination.position is 'Entries below this sequence were handed over, or are not of the kinds this destination takes.';
comment on column audit_destination.sent is 'Number of events handed over; at least once, so after a broken connection some count twice.';
comment on column audit_destination.last_failure is 'Code of the last attempt that failed; null once one succeeded after it.';

create function audit_position_grows() returns trigger language plpgsql as $$
begin
  if new.position < old.position then
    raise exception 'the position of a destination only grows' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger audit_destination_only_grows before update on audit_destination
  for each row execute function audit_position_grows();
