-- Terms that ended by the passing of time are told to the ledger, which is the clock of authority.

create table ended_terms_told (
  only_row boolean primary key default true check (only_row),
  told_upto timestamptz not null
);
comment on table ended_terms_told is 'One row; whoever tells holds it locked, so that each end is told once.';
comment on column ended_terms_told.told_upto is 'Every end at or before this instant stands in the ledger.';
insert into ended_terms_told (told_upto) values (now());

create index post_ends on post (valid_until);
create index roster_ends on roster (valid_until);
create index rotation_ends on rotation (valid_until);
create index training_pass_ends on training_pass (valid_until);
create index service_ticket_ends on service_ticket (valid_until);
create index care_relation_ends on care_relation (kind, valid_until);
create index patient_stay_ends on patient_stay (valid_until);
create index declared_use_ends on declared_use (valid_until);
