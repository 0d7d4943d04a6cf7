-- Empties a database and takes away the roles of a set.
do $$
declare
    name text;
begin
    for name in select evtname from pg_event_trigger loop
        execute format('drop event trigger %I', name);
    end loop;
    for name in select pubname from pg_publication loop
        execute format('drop publication %I', name);
    end loop;
    for name in select nspname from pg_namespace
                where nspname !~ '^pg_' and nspname <> 'information_schema' loop
        execute format('drop schema %I cascade', name);
    end loop;
    for name in select extname from pg_extension where extname <> 'plpgsql' loop
        execute format('drop extension if exists %I cascade', name);
    end loop;
    for name in select fdwname from pg_foreign_data_wrapper loop
        execute format('drop foreign data wrapper %I cascade', name);
    end loop;
    for name in select rolname from pg_roles where rolname !~ '^pg_' and oid <> 10 loop
        execute format('drop owned by %I cascade', name);
    end loop;
    for name in select rolname from pg_roles where rolname !~ '^pg_' and oid <> 10 loop
        execute format('drop role %I', name);
    end loop;
end
$$;
delete from pg_default_acl;
delete from pg_auth_members where member = 10;
create schema public authorization pg_database_owner;
grant usage on schema public to public;
