-- Eight rows, and functions that try every command on them as a role.
insert into public.t (id, owner_id, team_id, is_public, body)
select n + 1,
       ('00000000-0000-0000-0000-00000000000' || case when n & 1 = 0 then 1 else 2 end)::uuid,
       ('00000000-0000-0000-0000-0000000000a' || case when n & 2 = 0 then 1 else 2 end)::uuid,
       n & 4 = 0, 'x'
from generate_series(0, 7) n;
insert into public.member (team_id, user_id)
values ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-000000000001');
create temp table all_rows as select * from public.t;

create function pg_temp.attempt(who text, kept int, emptied boolean, statement text) returns text language plpgsql as $$
declare
    found bigint;
    ids text;
begin
    if emptied then
        delete from public.t;
    elsif kept is not null then
        delete from public.t where id <> kept;
    end if;
    execute format('set local role %I', who);
    if statement like 'select%' then
        execute statement into ids;
    else
        execute statement;
        get diagnostics found = row_count;
        ids := case when found > 0 then kept::text else '' end;
    end if;
    raise exception using errcode = 'GL001', message = 'rows:' || coalesce(ids, '');
exception
    when sqlstate 'GL001' then return substr(sqlerrm, 6);
    when insufficient_privilege then return 'denied';
    when others then return 'error ' || sqlerrm;
end
$$;

create function pg_temp.probe(path text, who text, claims jsonb) returns setof text language plpgsql as $$
declare
    command text;
    one record;
    ids text;
    said text;
begin
    perform set_config('request.jwt.claims', claims::text, true),
            set_config('app.user_id', coalesce(claims ->> 'sub', ''), true),
            set_config('app.tenant_id', coalesce(claims ->> 'tenant', ''), true);
    return next 'select ' || pg_temp.attempt(who, null, false,
        format('select string_agg(id::text, '','' order by id) from public.%I', path));
    foreach command in array array['insert', 'update', 'delete'] loop
        ids := '';
        for one in select * from pg_temp.all_rows order by id loop
            said := pg_temp.attempt(who, one.id, command = 'insert', case command
                when 'insert' then format('insert into public.%I (id, owner_id, team_id, is_public, body) values (%L, %L, %L, %L, %L)',
                    path, one.id, one.owner_id, one.team_id, one.is_public, one.body)
                when 'update' then format('update public.%I set body = ''y''', path)
                else format('delete from public.%I', path) end);
            if said like 'error%' then
                ids := said;
                exit;
            elsif said <> '' and said <> 'denied' then
                ids := concat_ws(',', nullif(ids, ''), said);
            end if;
        end loop;
        return next command || ' ' || ids;
    end loop;
end
$$;

create function pg_temp.fulfil(condition text) returns text language plpgsql as $$
declare
    ids text;
begin
    execute 'select string_agg(id::text, '','' order by id) from public.t where ' || condition into ids;
    return coalesce(ids, '');
exception when others then
    return 'error ' || sqlerrm;
end
$$;
