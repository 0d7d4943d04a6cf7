SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;
CREATE SCHEMA app;
ALTER SCHEMA app OWNER TO postgres;
CREATE TYPE app.mood AS ENUM (
    'sad',
    'ok'
);
ALTER TYPE app.mood OWNER TO postgres;
CREATE FUNCTION app.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  new.at := now();
  return new;
end
$$;
ALTER FUNCTION app.touch() OWNER TO postgres;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE app.users (
    id integer NOT NULL,
    name character varying(255),
    m app.mood DEFAULT 'ok'::app.mood NOT NULL,
    at timestamp without time zone DEFAULT now()
);
ALTER TABLE app.users OWNER TO postgres;
CREATE SEQUENCE app.users_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE app.users_id_seq OWNER TO postgres;
ALTER SEQUENCE app.users_id_seq OWNED BY app.users.id;
CREATE VIEW app.names AS
 SELECT users.name
   FROM app.users;
ALTER TABLE app.names OWNER TO postgres;
ALTER TABLE ONLY app.users ALTER COLUMN id SET DEFAULT nextval('app.users_id_seq'::regclass);
COPY app.users (id, name, m, at) FROM stdin;
1	a; drop table x	ok	2024-01-01 00:00:00
2	\N	sad	\N
\.
SELECT pg_catalog.setval('app.users_id_seq', 2, true);
ALTER TABLE ONLY app.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX users_name ON app.users USING btree (name);
CREATE TRIGGER touch BEFORE UPDATE ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.users FOR SELECT USING (((name)::text = CURRENT_USER));
REVOKE ALL ON TABLE app.users FROM postgres;
GRANT SELECT ON TABLE app.users TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;
