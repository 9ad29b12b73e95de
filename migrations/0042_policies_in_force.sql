-- Which policy bundle decides. A change of it is an entry of the ledger that raises the epoch of authority.

create table policies_in_force (
  only_row boolean primary key default true check (only_row),
  bundle text not null check (bundle ~ '^[0-9a-f]{64}$'),
  since timestamptz not null
);
comment on table policies_in_force is 'One row, once a server has started: a process with another bundle decides nothing.';
comment on column policies_in_force.bundle is 'SHA-256 of the bundle, hex, as in decision.bundle of entries.';
