create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator noinherit login;
grant anon, authenticated, service_role to authenticator;
create schema auth;
create table auth.users (id uuid primary key, email text);
create function auth.uid() returns uuid language sql stable as $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
grant usage on schema auth, public to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
create table public.profiles (id uuid primary key references auth.users on delete cascade, name text, is_admin boolean default false);
alter table public.profiles enable row level security;
create policy "Profiles are viewable" on profiles for select using (true);
create policy "Own profile" on profiles for update to authenticated using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create or replace function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, name) values (new.id, new.email);
  return new;
end;
$$;
create trigger on_auth_user_created after insert on auth.users for each row execute procedure public.handle_new_user();
create function public.is_admin() returns boolean language sql security definer stable set search_path = public as $$ select exists (select 1 from profiles where id = auth.uid() and is_admin) $$;
revoke execute on function public.is_admin() from anon, public;
create policy "Admins" on profiles to authenticated using (is_admin());
create view public.names with (security_invoker = on) as select name from profiles;
create publication supabase_realtime for table profiles;
drop function auth.uid();
drop table auth.users;
