/** One table of the directory: how rows of the batch (as a JSON array, `$1`) are put into it. */
export interface Step {
  readonly part: string
  readonly sql: string
}

const term = `"from" bigint, until bigint`
const at = (name: string) => `to_timestamp(i.${name} / 1000.0)`
const texts = (name: string) => `coalesce((select array_agg(x) from jsonb_array_elements_text(i.${name}) x), '{}')`

export const postStep: Step = {
  part: 'posts',
  sql: `
    insert into post (id, person_id, population, role, title, department_id, valid_from, valid_until, assigned_by,
      programme_id, agreement_id, agreement_kind, bound_from, bound_until)
    select coalesce(i.id, gen_random_uuid()::text), i.person, coalesce(p.population, 'staff'), i.role, i.title,
      i.department, ${at('"from"')}, ${at('until')}, i."assignedBy",
      g.id, a.id, a.kind, coalesce(g.valid_from, a.valid_from), coalesce(g.valid_until, a.valid_until)
    from rows from (jsonb_to_recordset($1::jsonb)
      as (id text, person text, role text, title text, department text, ${term}, "assignedBy" text))
      with ordinality as i(id, person, role, title, department, "from", until, "assignedBy", place)
    left join person p on p.id = i.person
    left join lateral (select g.id, g.valid_from, g.valid_until from programme g
      where p.population = 'trainee' and g.person_id = p.id
        and g.valid_from <= ${at('"from"')} and g.valid_until >= ${at('until')}
      order by g.valid_from limit 1) g on true
    left join lateral (select a.id, a.kind, a.valid_from, a.valid_until from agreement a
      join agreement_person n on n.agreement_id = a.id
      where p.population = 'vendor' and n.person_id = p.id and a.kind = 'authorization'
        and a.valid_from <= ${at('"from"')} and a.valid_until >= ${at('until')}
      order by a.valid_from limit 1) a on true
    order by i.place
    on conflict (id) do update set role = excluded.role, title = excluded.title,
      department_id = excluded.department_id, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
      programme_id = excluded.programme_id, agreement_id = excluded.agreement_id,
      agreement_kind = excluded.agreement_kind, bound_from = excluded.bound_from, bound_until = excluded.bound_until
    returning id`,
}

export const rosterStep: Step = {
  part: 'rosters',
  sql: `
    insert into roster (id, person_id, department_id, kind, valid_from, valid_until)
    select coalesce(i.id, gen_random_uuid()::text), i.person, i.department, i.kind, ${at('"from"')}, ${at('until')}
    from jsonb_to_recordset($1::jsonb) as i(id text, person text, department text, kind text, ${term})
    on conflict (id) do update set person_id = excluded.person_id, department_id = excluded.department_id,
      kind = excluded.kind, valid_from = excluded.valid_from, valid_until = excluded.valid_until
    returning id`,
}

/** In the order in which later rows refer to earlier ones. */
export const loadSteps: readonly Step[] = [
  {
    part: 'institutions',
    sql: `
      insert into institution (id, name, unified_code, time_zone)
      select i.id, i.name, i."unifiedCode", coalesce(i."timeZone", 'Asia/Shanghai')
      from jsonb_to_recordset($1::jsonb) as i(id text, name text, "unifiedCode" text, "timeZone" text)
      on conflict (id) do update set name = excluded.name, unified_code = excluded.unified_code,
        time_zone = excluded.time_zone
      returning id`,
  },
  {
    part: 'departments',
    sql: `
      insert into department (id, institution_id, name, kind, parent, campus)
      select i.id, coalesce(i.institution, (select id from institution order by id limit 1)), i.name, i.kind,
        i.parent, i.campus
      from jsonb_to_recordset($1::jsonb)
        as i(id text, institution text, name text, kind text, parent text, campus text)
      on conflict (id) do update set name = excluded.name, kind = excluded.kind, parent = excluded.parent,
        campus = excluded.campus
      returning id`,
  },
  {
    part: 'vendors',
    sql: `
      insert into vendor (id, name, unified_code)
      select i.id, i.name, i."unifiedCode" from jsonb_to_recordset($1::jsonb) as i(id text, name text, "unifiedCode" text)
      on conflict (id) do update set name = excluded.name, unified_code = excluded.unified_code
      returning id`,
  },
  {
    part: 'people',
    sql: `
      insert into person (id, staff_number, name, sex, population, licence, vendor_id, owner_id, initials, pinyin)
      select i.id, i."staffNumber", i.name, i.sex, i.population, i.licence, i.vendor, i.owner, i.initials, i.pinyin
      from jsonb_to_recordset($1::jsonb) as i(id text, "staffNumber" text, name text, sex text, population text,
        licence text, vendor text, owner text, initials text, pinyin text)
      on conflict (id) do update set staff_number = excluded.staff_number, name = excluded.name, sex = excluded.sex,
        licence = excluded.licence, initials = excluded.initials, pinyin = excluded.pinyin
      returning id`,
  },
  {
    part: 'courses',
    sql: `
      insert into course (id, name, current_version)
      select i.id, i.name, i."currentVersion"
      from jsonb_to_recordset($1::jsonb) as i(id text, name text, "currentVersion" text)
      on conflict (id) do update set name = excluded.name, current_version = excluded.current_version
      returning id`,
  },
  {
    part: 'programmes',
    sql: `
      insert into programme (id, person_id, name, kind, valid_from, valid_until)
      select i.id, i.person, i.name, i.kind, ${at('"from"')}, ${at('until')}
      from jsonb_to_recordset($1::jsonb) as i(id text, person text, name text, kind text, ${term})
      on conflict (id) do update set name = excluded.name, kind = excluded.kind, valid_from = excluded.valid_from,
        valid_until = excluded.valid_until
      returning id`,
  },
  {
    part: 'agreements',
    sql: `
      insert into agreement (id, vendor_id, kind, title, signed_on, valid_from, valid_until, systems, categories, purposes)
      select i.id, i.vendor, i.kind, i.title, i."signedOn", ${at('"from"')}, ${at('until')},
        ${texts('systems')}, ${texts('categories')}, ${texts('purposes')}
      from jsonb_to_recordset($1::jsonb) as i(id text, vendor text, kind text, title text, "signedOn" date, ${term},
        systems jsonb, categories jsonb, purposes jsonb)
      on conflict (id) do update set title = excluded.title, signed_on = excluded.signed_on,
        valid_from = excluded.valid_from, valid_until = excluded.valid_until, systems = excluded.systems,
        categories = excluded.categories, purposes = excluded.purposes
      returning id`,
  },
  {
    part: 'agreementPeople',
    sql: `
      insert into agreement_person (agreement_id, person_id, vendor_id, confirmed_at)
      select i.agreement, i.person, i.vendor, ${at('"confirmedAt"')}
      from jsonb_to_recordset($1::jsonb) as i(agreement text, person text, vendor text, "confirmedAt" bigint)
      on conflict (agreement_id, person_id) do update set confirmed_at = excluded.confirmed_at
      returning agreement_id as id`,
  },
  postStep,
  rosterStep,
  {
    part: 'rotations',
    sql: `
      insert into rotation (id, programme_id, person_id, programme_from, programme_until, department_id, supervisor_id,
        valid_from, valid_until)
      select i.id, i.programme, g.person_id, g.valid_from, g.valid_until, i.department, i.supervisor,
        ${at('"from"')}, ${at('until')}
      from jsonb_to_recordset($1::jsonb) as i(id text, programme text, department text, supervisor text, ${term})
      left join programme g on g.id = i.programme
      on conflict (id) do update set department_id = excluded.department_id, supervisor_id = excluded.supervisor_id,
        valid_from = excluded.valid_from, valid_until = excluded.valid_until
      returning id`,
  },
  {
    part: 'rotationCases',
    sql: `
      insert into rotation_case (rotation_id, patient_id)
      select i.rotation, i.patient from jsonb_to_recordset($1::jsonb) as i(rotation text, patient text)
      on conflict do nothing returning rotation_id as id`,
  },
  {
    part: 'training',
    sql: `
      insert into training_pass (person_id, course_id, version, passed_at, valid_until)
      select i.person, i.course, i.version, ${at('"passedAt"')}, ${at('until')}
      from jsonb_to_recordset($1::jsonb) as i(person text, course text, version text, "passedAt" bigint, until bigint)
      on conflict (person_id, course_id, version) do update set passed_at = excluded.passed_at,
        valid_until = excluded.valid_until
      returning person_id as id`,
  },
  {
    part: 'tickets',
    sql: `
      insert into service_ticket (id, person_id, vendor_id, agreement_id, agreement_from, agreement_until,
        agreement_systems, agreement_categories, sponsor_id, title, systems, categories, valid_from, valid_until)
      select i.id, i.person, a.vendor_id, i.agreement, a.valid_from, a.valid_until, a.systems, a.categories, i.sponsor,
        i.title, ${texts('systems')}, ${texts('categories')}, ${at('"from"')}, ${at('until')}
      from jsonb_to_recordset($1::jsonb) as i(id text, person text, agreement text, sponsor text, title text,
        systems jsonb, categories jsonb, ${term})
      left join agreement a on a.id = i.agreement
      on conflict (id) do update set title = excluded.title, systems = excluded.systems,
        categories = excluded.categories, valid_from = excluded.valid_from, valid_until = excluded.valid_until
      returning id`,
  },
]
