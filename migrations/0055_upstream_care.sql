-- How far the relations of care have been learned from the records of an upstream FHIR server.
create table upstream_care_mark (
  url          text        not null,
  type         text        not null,
  last_updated timestamptz not null,
  primary key (url, type)
);
comment on table upstream_care_mark is 'one row for each record type followed; a restart goes on from here';
comment on column upstream_care_mark.last_updated is 'the newest meta.lastUpdated taken in; asked again from here, inclusive';
