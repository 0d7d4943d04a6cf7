-- The catalogue of a database, one object a line, as `extract::schema::lines` prints a replayed one.
-- Objects of extensions, temporary ones and those of pg_catalog and information_schema are left out.
-- Prepared once for many runs: to plan it takes far longer than to run it.
set search_path = pg_catalog;
set plan_cache_mode = force_generic_plan;
prepare catalogue as
with
extended as (
    select classid, objid from pg_depend where deptype = 'e'
),
spaces as (
    select n.oid, n.nspname as name, n.nspowner, n.nspacl
    from pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
-- Types outside of pg_catalog by schema and name; the others are spelled by format_type.
named as (
    select t.oid, coalesce(en.nspname || '.' || e.typname || '[]', n.nspname || '.' || t.typname) as text
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace and n.nspname <> 'pg_catalog'
    left join pg_type e on e.oid = t.typelem and t.typsubscript = 'array_subscript_handler'::regproc
    left join pg_namespace en on en.oid = e.typnamespace
),
relation as (
    select c.*, s.name as space, s.name || '.' || c.relname as path
    from pg_class c
    join spaces s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
      and not exists (select from extended x where x.classid = 'pg_class'::regclass and x.objid = c.oid)
),
attribute as (
    select a.*, r.path, r.relkind,
           row_number() over (partition by a.attrelid order by a.attnum) as position
    from pg_attribute a
    join relation r on r.oid = a.attrelid
    where a.attnum > 0 and not a.attisdropped and r.relkind <> 'S'
),
routine as (
    select p.*, s.name || '.' || p.proname || '('
        || coalesce((select string_agg(coalesce(t.text, format_type(u.type, null)), ', ' order by u.n)
                     from unnest(p.proargtypes) with ordinality u(type, n)
                     left join named t on t.oid = u.type), '') || ')' as path
    from pg_proc p
    join spaces s on s.oid = p.pronamespace
    where p.prokind in ('f', 'p')
      and not exists (select from extended x where x.classid = 'pg_proc'::regclass and x.objid = p.oid)
      -- Constructors of range types.
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid
                      and d.deptype = 'i')
),
kind as (
    select t.*, s.name || '.' || t.typname as path
    from pg_type t
    join spaces s on s.oid = t.typnamespace
    where (t.typtype in ('e', 'd', 'r')
           or t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
      and not exists (select from extended x where x.classid = 'pg_type'::regclass and x.objid = t.oid)
),
rights(class, path, acl) as (
    select case relkind when 'S' then 'sequence' else 'relation' end, path,
           coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))
    from relation
    union all
    select 'column', path || '.' || attname, attacl from attribute where attacl is not null
    union all
    select 'function', path, coalesce(proacl, acldefault('f', proowner)) from routine
    union all
    select 'schema', name, coalesce(nspacl, acldefault('n', nspowner)) from spaces
    union all
    select 'type', path, coalesce(typacl, acldefault('T', typowner)) from kind
    union all
    select 'default-' || case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                             when 'T' then 'types' else 'schemas' end,
           pg_get_userbyid(d.defaclrole) || '@' || coalesce(n.nspname, '*'), d.defaclacl
    from pg_default_acl d
    left join pg_namespace n on n.oid = d.defaclnamespace
)
select concat_ws(' ', 'schema', name, 'owner=' || pg_get_userbyid(nspowner))
from spaces
union all
select concat_ws(' ',
    case r.relkind when 'r' then 'table' when 'p' then 'partitioned' when 'v' then 'view' when 'm' then 'materialized'
                   when 'f' then 'foreign' else 'sequence' end,
    r.path, 'owner=' || pg_get_userbyid(r.relowner),
    case when r.relpersistence = 'u' then 'unlogged' end,
    case when r.relrowsecurity then 'rls' end,
    case when r.relforcerowsecurity then 'forced' end,
    'options=' || (select string_agg(o, ',' order by o collate "C") from unnest(r.reloptions) o),
    'owned-by=' || (select o.path || '.' || a.attname
        from pg_depend d
        join relation o on o.oid = d.refobjid
        join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where r.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = r.oid
          and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')))
from relation r
union all
select concat_ws(' ', 'column', a.path || '.' || a.attname, '#' || a.position,
    case when a.relkind not in ('v', 'm') then coalesce(t.text, format_type(a.atttypid, a.atttypmod)) end,
    case when a.attnotnull then 'not-null' end,
    case when a.atthasdef and a.attgenerated = '' then 'default' end,
    case when a.attgenerated <> '' then 'generated' end,
    case a.attidentity when 'a' then 'identity=always' when 'd' then 'identity=by-default' end,
    case when not a.attislocal then 'inherited' end)
from attribute a
left join named t on t.oid = a.atttypid
union all
select concat_ws(' ', 'constraint', r.path || '.' || c.conname,
    case c.contype when 'c' then 'check' when 'p' then 'primary' when 'u' then 'unique' when 'f' then 'foreign'
                   else 'exclude' end
    || '(' || case when c.contype = 'c'
            then coalesce((select string_agg(a.attname, ', ' order by a.attname collate "C")
                           from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)), '')
            else coalesce((select string_agg(a.attname, ', ' order by k.n)
                           from unnest(c.conkey) with ordinality k(num, n)
                           join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num), '') end || ')',
    case when c.contype = 'f' then '-> ' || fn.nspname || '.' || f.relname || '('
        || (select string_agg(a.attname, ', ' order by k.n) from unnest(c.confkey) with ordinality k(num, n)
            join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num) || ')' end,
    case when c.contype = 'f' then 'delete=' || case c.confdeltype when 'a' then 'no-action' when 'r' then 'restrict'
        when 'c' then 'cascade' when 'n' then 'set-null' else 'set-default' end end,
    case when c.contype = 'f' then 'update=' || case c.confupdtype when 'a' then 'no-action' when 'r' then 'restrict'
        when 'c' then 'cascade' when 'n' then 'set-null' else 'set-default' end end,
    case when not c.convalidated then 'invalid' end,
    case when c.condeferrable then 'deferrable' end,
    case when not c.conislocal then 'inherited' end)
from pg_constraint c
join relation r on r.oid = c.conrelid
left join pg_class f on f.oid = c.confrelid
left join pg_namespace fn on fn.oid = f.relnamespace
where c.contype in ('c', 'p', 'u', 'f', 'x')
  -- What PostgreSQL adds for each part of a partitioned table that is referred to.
  and not exists (select from pg_constraint p where p.oid = c.conparentid and p.conrelid = c.conrelid)
union all
select concat_ws(' ', 'index', s.name || '.' || i.relname, 'on', r.path,
    case when x.indisprimary then 'primary' when x.indisunique then 'unique' end,
    m.amname,
    '(' || (select string_agg(concat_ws(' ', coalesce(a.attname, '(expression)'),
                case when not o.opcdefault then o.opcname end,
                case when x.indoption[k.n - 1] & 1 = 1 then 'desc' end,
                case when x.indoption[k.n - 1] & 2 = 2 then 'nulls-first' end), ', ' order by k.n)
            from generate_series(1, x.indnkeyatts) k(n)
            left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[k.n - 1]
            join pg_opclass o on o.oid = x.indclass[k.n - 1]) || ')',
    'include(' || (select string_agg(a.attname, ', ' order by k.n)
                   from generate_series(x.indnkeyatts + 1, x.indnatts) k(n)
                   join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[k.n - 1]) || ')',
    case when x.indpred is not null then 'partial' end,
    case when x.indnullsnotdistinct then 'nulls-not-distinct' end,
    'constraint=' || (select c.conname from pg_constraint c
                      where c.conindid = i.oid and c.contype in ('p', 'u', 'x')),
    'of=' || (select pn.nspname || '.' || p.relname from pg_inherits h
              join pg_class p on p.oid = h.inhparent
              join pg_namespace pn on pn.oid = p.relnamespace where h.inhrelid = i.oid))
from pg_index x
join pg_class i on i.oid = x.indexrelid
join spaces s on s.oid = i.relnamespace
join pg_am m on m.oid = i.relam
join relation r on r.oid = x.indrelid
union all
select concat_ws(' ', 'policy', r.path || '.' || p.polname,
    case when p.polpermissive then 'permissive' else 'restrictive' end,
    case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
                  else 'all' end,
    'to=' || (select string_agg(u.name, ',' order by u.name collate "C")
              from (select distinct case when r = 0 then 'public' else pg_get_userbyid(r)::text end as name
                    from unnest(p.polroles) r) u),
    case when p.polqual is not null then 'using' end,
    case when p.polwithcheck is not null then 'check' end)
from pg_policy p
join relation r on r.oid = p.polrelid
union all
select concat_ws(' ', 'trigger', r.path || '.' || t.tgname,
    case when t.tgtype & 64 <> 0 then 'instead-of' when t.tgtype & 2 <> 0 then 'before' else 'after' end,
    concat_ws(',', case when t.tgtype & 4 <> 0 then 'insert' end,
        case when t.tgtype & 16 <> 0 then 'update' end, case when t.tgtype & 8 <> 0 then 'delete' end,
        case when t.tgtype & 32 <> 0 then 'truncate' end),
    'of(' || (select string_agg(a.attname, ', ' order by a.attname collate "C") from pg_attribute a
              where a.attrelid = t.tgrelid and a.attnum = any(t.tgattr)) || ')',
    case when t.tgtype & 1 <> 0 then 'row' else 'statement' end,
    case when t.tgqual is not null then 'when' end,
    case when t.tgconstraint <> 0 then 'constraint' end,
    'function=' || pn.nspname || '.' || p.proname,
    case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end,
    case when t.tgparentid <> 0 then 'inherited' end)
from pg_trigger t
join relation r on r.oid = t.tgrelid
join pg_proc p on p.oid = t.tgfoid
join pg_namespace pn on pn.oid = p.pronamespace
where not t.tgisinternal
union all
select concat_ws(' ', 'function', f.path, case f.prokind when 'p' then 'procedure' end,
    case when f.prokind = 'f' then 'returns=' || case when f.proretset then 'setof ' else '' end
        || coalesce(t.text, format_type(f.prorettype, null)) end,
    l.lanname,
    case f.provolatile when 'i' then 'immutable' when 's' then 'stable' end,
    case when f.prosecdef then 'definer' end,
    case when f.proisstrict then 'strict' end,
    'owner=' || pg_get_userbyid(f.proowner),
    (select string_agg('{' || s || '}', ' ' order by s collate "C") from unnest(f.proconfig) s))
from routine f
join pg_language l on l.oid = f.prolang
left join named t on t.oid = f.prorettype
union all
select concat_ws(' ', case k.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' else 'type' end,
    k.path, 'owner=' || pg_get_userbyid(k.typowner),
    case k.typtype
        when 'e' then '(' || coalesce((select string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e
                                       where e.enumtypid = k.oid), '') || ')'
        when 'd' then (select coalesce(b.text, format_type(k.typbasetype, k.typtypmod))
                       from pg_type base left join named b on b.oid = base.oid where base.oid = k.typbasetype)
        when 'c' then '(' || coalesce((select string_agg(a.attname || ' '
                || coalesce(b.text, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
            from pg_attribute a left join named b on b.oid = a.atttypid
            where a.attrelid = k.typrelid and a.attnum > 0 and not a.attisdropped), '') || ')' end,
    case when k.typtype = 'd' and k.typnotnull then 'not-null' end,
    case when k.typtype = 'd' and k.typdefault is not null then 'default' end,
    'checks=' || (select string_agg(c.conname, ',' order by c.conname collate "C") from pg_constraint c
                  where k.typtype = 'd' and c.contypid = k.oid and c.contype = 'c'))
from kind k
union all
select concat_ws(' ', 'extension', e.extname, 'schema=' || n.nspname)
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where e.extname <> 'plpgsql'
union all
select concat_ws(' ', case when r.relispartition then 'partition' else 'inherits' end, r.path, 'of', p.path)
from pg_inherits h
join relation r on r.oid = h.inhrelid
join relation p on p.oid = h.inhparent
union all
select concat_ws(' ', 'partitioned-by', r.path,
    case p.partstrat when 'r' then 'range' when 'l' then 'list' else 'hash' end,
    '(' || (select string_agg(coalesce(a.attname, '(expression)'), ', ' order by k.n)
            from unnest(p.partattrs::int2[]) with ordinality k(num, n)
            left join pg_attribute a on a.attrelid = p.partrelid and a.attnum = k.num) || ')')
from pg_partitioned_table p
join relation r on r.oid = p.partrelid
union all
select concat_ws(' ', 'rule', r.path || '.' || w.rulename,
    case w.ev_type when '1' then 'select' when '2' then 'update' when '3' then 'insert' else 'delete' end)
from pg_rewrite w
join relation r on r.oid = w.ev_class
where w.rulename <> '_RETURN'
union all
select concat_ws(' ', 'role', rolname, case when rolsuper then 'superuser' end,
    case when rolbypassrls then 'bypassrls' end, case when rolinherit then 'inherit' end,
    case when rolcanlogin then 'login' end)
from pg_roles
where rolname !~ '^pg_' and oid <> 10
union all
select concat_ws(' ', 'member', pg_get_userbyid(m.member), 'of', pg_get_userbyid(m.roleid))
from pg_auth_members m
where m.member >= 16384 or m.member = 10
union all
select concat_ws(' ', 'publication', pubname, case when puballtables then 'all' end) from pg_publication
union all
select concat_ws(' ', 'published', p.pubname, r.path)
from pg_publication_rel m
join pg_publication p on p.oid = m.prpubid
join relation r on r.oid = m.prrelid
union all
select concat_ws(' ', 'published-schema', p.pubname, s.name)
from pg_publication_namespace m
join pg_publication p on p.oid = m.pnpubid
join spaces s on s.oid = m.pnnspid
union all
select concat_ws(' ', 'acl', r.class, r.path, e.role,
    string_agg(e.privilege || case when e.option then '*' else '' end, ',' order by e.privilege collate "C"))
from rights r
cross join lateral (
    select case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee)::text end as role,
           lower(a.privilege_type) as privilege, bool_or(a.is_grantable) as option
    from aclexplode(r.acl) a
    group by 1, 2
) e
group by r.class, r.path, e.role;
