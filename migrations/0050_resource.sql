-- Records: the current version of every FHIR R4 resource, all its versions, and what a search can find it by.

create table resource (
  type text not null check (type ~ '^[A-Z][A-Za-z]{1,63}$'),
  id text not null check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  version integer not null check (version > 0),
  last_updated timestamptz(3) not null,
  patient_id text,
  encounter_id text,
  department_id text,
  author_id text,
  category text not null,
  sensitivity smallint not null check (sensitivity between 1 and 5),
  kinds text[] not null default '{}',
  has_parts boolean not null default false,
  deleted boolean not null default false,
  sort_date timestamptz(3) not null,
  present text[] not null default '{}',
  tokens text[] not null default '{}',
  content text not null,
  primary key (type, id),
  constraint resource_deleted_is_empty check (not deleted or (content = '' and tokens = '{}'))
);
comment on table resource is 'The current version of each record. A list filter of authority/ reads only type, id, patient_id, department_id, author_id, category, sensitivity, kinds.';
comment on column resource.patient_id is 'Patient.id of the compartment it belongs to: the first patient its compartment references name';
comment on column resource.department_id is 'Organization.id: Encounter.serviceProvider, or that of the encounter it belongs to';
comment on column resource.author_id is 'Practitioner.id of who wrote this version; of an imported one, whom it names as author';
comment on column resource.sensitivity is '1 public … 5 very narrow (GB/T 39725-2020)';
comment on column resource.kinds is 'special kinds, v3-ActCode where it has a code';
comment on column resource.has_parts is 'some part carries a label of its own';
comment on column resource.sort_date is 'when it happened clinically (start); where nothing says, last_updated';
comment on column resource.present is 'search parameters that have a value: answers :missing';
comment on column resource.tokens is 'everything compared for equality: p=code, p~system|code, p~system|, p=Type/id, p=uri';
comment on column resource.content is 'JSON text with id, meta.versionId and meta.lastUpdated in place; empty when deleted';

create index resource_of_patient on resource (patient_id, type, sort_date desc, id) where patient_id is not null;
create index resource_by_date on resource (type, sort_date desc, id);
create index resource_by_update on resource (type, last_updated desc, id);
create index resource_of_encounter on resource (encounter_id) where encounter_id is not null;
create index resource_token on resource using gin (tokens) with (fastupdate = on);

create table resource_version (
  type text not null,
  id text not null,
  version integer not null check (version > 0),
  last_updated timestamptz(3) not null,
  patient_id text,
  department_id text,
  author_id text,
  category text not null,
  sensitivity smallint not null check (sensitivity between 1 and 5),
  kinds text[] not null default '{}',
  has_parts boolean not null default false,
  deleted boolean not null default false,
  content text not null,
  primary key (type, id, version)
);
comment on table resource_version is 'Every version that ever was, the current one included; rows are only added (notice 二(二), 功能规范 2010: 历次操作痕迹)';
create index resource_version_by_update on resource_version (type, last_updated desc);

create function resource_version_stays() returns trigger language plpgsql as $$
begin
  raise exception 'versions of records are never changed or removed' using errcode = 'restrict_violation';
end $$;
create trigger resource_version_is_append_only before update or delete or truncate on resource_version
  for each statement execute function resource_version_stays();

-- Rows of the three tables below are replaced with their resource in one transaction; foreign keys would double the
-- cost of a load and guard nothing more.
create table resource_string (
  type text not null,
  id text not null,
  name text not null,
  value text collate "C" not null,
  exact text
);
comment on column resource_string.name is 'search parameter, or parameter:text for the words of a coded value';
comment on column resource_string.value is 'normalised: no case, no accents, single blanks, at most 512 characters; also pinyin of Chinese names';
comment on column resource_string.exact is 'as written, at most 512 characters; null for spellings nobody wrote (pinyin)';
create index resource_string_by_value on resource_string (type, name, value);
create index resource_string_of_resource on resource_string (type, id);

create table resource_date (
  type text not null,
  id text not null,
  name text not null,
  low timestamptz(3) not null,
  high timestamptz(3) not null,
  check (low <= high)
);
comment on column resource_date.low is 'inclusive; -infinity where the start is open';
comment on column resource_date.high is 'exclusive; infinity where the end is open';
create index resource_date_by_low on resource_date (type, name, low);
create index resource_date_of_resource on resource_date (type, id);

create table resource_quantity (
  type text not null,
  id text not null,
  name text not null,
  low numeric not null,
  high numeric not null,
  system text,
  code text,
  unit text
);
comment on column resource_quantity.low is 'as written; -Infinity where a range is open';
create index resource_quantity_by_low on resource_quantity (type, name, low);
create index resource_quantity_of_resource on resource_quantity (type, id);

-- lz4 reads and writes several times faster than pglz; servers built without it keep pglz.
do $$
begin
  alter table resource alter column content set compression lz4;
  alter table resource_version alter column content set compression lz4;
exception when feature_not_supported then
  null;
end $$;

create table record_cursor_key (
  only_row boolean primary key default true check (only_row),
  secret text not null
);
comment on table record_cursor_key is 'Seals the cursors of searches, so that no value of a record stands in a URL and a cursor serves only its own query';
insert into record_cursor_key (secret) values (gen_random_uuid()::text || gen_random_uuid()::text);
