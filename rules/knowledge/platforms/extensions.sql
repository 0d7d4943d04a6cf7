-- What extensions bring, as far as migrations, policies and rules speak of it. Written down by hand; replayed as SQL in the
-- schema of the extension. Each section begins with its name and, where it applies:
--   schema=NAME     the schema it is always in      makes=NAME   the same, made with it
--   requires=a,b    extensions that have to be there
--   classes=a,b     operator classes that indexes name
--   functions=a,b*  names of functions without more, with * for all that begin so

-- extension uuid-ossp
create function uuid_nil() returns uuid language c immutable strict as 'x';
create function uuid_ns_dns() returns uuid language c immutable strict as 'x';
create function uuid_ns_url() returns uuid language c immutable strict as 'x';
create function uuid_ns_oid() returns uuid language c immutable strict as 'x';
create function uuid_ns_x500() returns uuid language c immutable strict as 'x';
create function uuid_generate_v1() returns uuid language c strict as 'x';
create function uuid_generate_v1mc() returns uuid language c strict as 'x';
create function uuid_generate_v3(namespace uuid, name text) returns uuid language c immutable strict as 'x';
create function uuid_generate_v4() returns uuid language c strict as 'x';
create function uuid_generate_v5(namespace uuid, name text) returns uuid language c immutable strict as 'x';

-- extension pgcrypto
create function digest(text, text) returns bytea language c immutable strict as 'x';
create function digest(bytea, text) returns bytea language c immutable strict as 'x';
create function hmac(text, text, text) returns bytea language c immutable strict as 'x';
create function hmac(bytea, bytea, text) returns bytea language c immutable strict as 'x';
create function crypt(text, text) returns text language c immutable strict as 'x';
create function gen_salt(text) returns text language c strict as 'x';
create function gen_salt(text, integer) returns text language c strict as 'x';
create function encrypt(bytea, bytea, text) returns bytea language c immutable strict as 'x';
create function decrypt(bytea, bytea, text) returns bytea language c immutable strict as 'x';
create function encrypt_iv(bytea, bytea, bytea, text) returns bytea language c immutable strict as 'x';
create function decrypt_iv(bytea, bytea, bytea, text) returns bytea language c immutable strict as 'x';
create function gen_random_bytes(integer) returns bytea language c strict as 'x';
create function gen_random_uuid() returns uuid language c as 'x';
create function pgp_sym_encrypt(text, text) returns bytea language c strict as 'x';
create function pgp_sym_encrypt(text, text, text) returns bytea language c strict as 'x';
create function pgp_sym_encrypt_bytea(bytea, text) returns bytea language c strict as 'x';
create function pgp_sym_encrypt_bytea(bytea, text, text) returns bytea language c strict as 'x';
create function pgp_sym_decrypt(bytea, text) returns text language c immutable strict as 'x';
create function pgp_sym_decrypt(bytea, text, text) returns text language c immutable strict as 'x';
create function pgp_sym_decrypt_bytea(bytea, text) returns bytea language c immutable strict as 'x';
create function pgp_sym_decrypt_bytea(bytea, text, text) returns bytea language c immutable strict as 'x';
create function pgp_pub_encrypt(text, bytea) returns bytea language c strict as 'x';
create function pgp_pub_encrypt(text, bytea, text) returns bytea language c strict as 'x';
create function pgp_pub_encrypt_bytea(bytea, bytea) returns bytea language c strict as 'x';
create function pgp_pub_encrypt_bytea(bytea, bytea, text) returns bytea language c strict as 'x';
create function pgp_pub_decrypt(bytea, bytea) returns text language c immutable strict as 'x';
create function pgp_pub_decrypt(bytea, bytea, text) returns text language c immutable strict as 'x';
create function pgp_pub_decrypt(bytea, bytea, text, text) returns text language c immutable strict as 'x';
create function pgp_pub_decrypt_bytea(bytea, bytea) returns bytea language c immutable strict as 'x';
create function pgp_pub_decrypt_bytea(bytea, bytea, text) returns bytea language c immutable strict as 'x';
create function pgp_pub_decrypt_bytea(bytea, bytea, text, text) returns bytea language c immutable strict as 'x';
create function pgp_key_id(bytea) returns text language c immutable strict as 'x';
create function armor(bytea) returns text language c immutable strict as 'x';
create function armor(bytea, text[], text[]) returns text language c immutable strict as 'x';
create function dearmor(text) returns bytea language c immutable strict as 'x';
create function pgp_armor_headers(text, out key text, out value text) returns setof record language c immutable strict as 'x';

-- extension citext functions=citext*,max,min,regexp_match,regexp_matches,regexp_replace,regexp_split_to_array,regexp_split_to_table,replace,split_part,strpos,translate,texticlike,texticnlike,texticregexeq,texticregexne
create type citext;

-- extension pg_trgm classes=gin_trgm_ops,gist_trgm_ops functions=gin_*,gtrgm_*,word_similarity_*,strict_word_similarity_*,similarity_dist
create type gtrgm;
create function set_limit(real) returns real language c strict as 'x';
create function show_limit() returns real language c stable strict as 'x';
create function show_trgm(text) returns text[] language c immutable strict as 'x';
create function similarity(text, text) returns real language c immutable strict as 'x';
create function similarity_op(text, text) returns boolean language c stable strict as 'x';
create function word_similarity(text, text) returns real language c immutable strict as 'x';
create function strict_word_similarity(text, text) returns real language c immutable strict as 'x';

-- extension hstore functions=hstore*,hs_*,akeys,avals,skeys,svals,each,exist,exists_any,exists_all,defined,delete,slice,slice_array,tconvert,isexists,isdefined,fetchval,populate_record,hs_concat,hs_contains,hs_contained,ghstore_*,gin_*,gin_consistent_hstore
create type hstore;
create type ghstore;

-- extension ltree functions=ltree*,lquery*,ltxtq*,_lt*,_lq*,lca,lt_q_*,lt_q_regex,ltq_*,nlevel,subltree,subpath,index,text2ltree,ltree2text
create type ltree;
create type lquery;
create type ltxtquery;
create type ltree_gist;

-- extension unaccent functions=unaccent_*
create function unaccent(text) returns text language c stable strict as 'x';
create function unaccent(regdictionary, text) returns text language c stable strict as 'x';

-- extension fuzzystrmatch
create function levenshtein(text, text) returns integer language c immutable strict as 'x';
create function levenshtein(text, text, integer, integer, integer) returns integer language c immutable strict as 'x';
create function levenshtein_less_equal(text, text, integer) returns integer language c immutable strict as 'x';
create function levenshtein_less_equal(text, text, integer, integer, integer, integer) returns integer language c immutable strict as 'x';
create function metaphone(text, integer) returns text language c immutable strict as 'x';
create function soundex(text) returns text language c immutable strict as 'x';
create function text_soundex(text) returns text language c immutable strict as 'x';
create function difference(text, text) returns integer language c immutable strict as 'x';
create function dmetaphone(text) returns text language c immutable strict as 'x';
create function dmetaphone_alt(text) returns text language c immutable strict as 'x';
create function daitch_mokotoff(text) returns text[] language c immutable strict as 'x';

-- extension btree_gin functions=gin_*

-- extension btree_gist functions=gbt_*,gbtreekey*,cash_dist,date_dist,float4_dist,float8_dist,int2_dist,int4_dist,int8_dist,interval_dist,oid_dist,time_dist,ts_dist,tstz_dist
create type gbtreekey2;
create type gbtreekey4;
create type gbtreekey8;
create type gbtreekey16;
create type gbtreekey32;
create type gbtreekey_var;

-- extension intarray functions=*
create type query_int;
create type intbig_gkey;

-- extension cube functions=cube*,g_cube*,distance_chebyshev,distance_taxicab
create type cube;

-- extension earthdistance requires=cube functions=earth*,ll_to_earth,latitude,longitude,gc_to_sec,sec_to_gc,geo_distance
create domain earth as cube;
create function earth() returns double precision language sql immutable as 'select 6378168::double precision';

-- extension isn functions=*
create type isbn;
create type isbn13;
create type issn;
create type issn13;
create type ismn;
create type ismn13;
create type ean13;
create type upc;

-- extension seg functions=seg*,gseg*
create type seg;

-- extension lo functions=lo_*
create domain lo as oid;

-- extension tablefunc functions=crosstab*,normal_rand,connectby
create type tablefunc_crosstab_2 as (row_name text, category_1 text, category_2 text);
create type tablefunc_crosstab_3 as (row_name text, category_1 text, category_2 text, category_3 text);
create type tablefunc_crosstab_4 as (row_name text, category_1 text, category_2 text, category_3 text, category_4 text);

-- extension dblink functions=dblink*
create type dblink_pkey_results as (position integer, colname text);

-- extension postgres_fdw functions=postgres_fdw_*

-- extension file_fdw functions=file_fdw_*

-- extension tsm_system_rows functions=tsm_*,system_rows

-- extension tsm_system_time functions=tsm_*,system_time

-- extension dict_int functions=dintdict_*

-- extension dict_xsyn functions=dxsyn_*

-- extension intagg functions=int_agg_*,int_array_*

-- extension sslinfo functions=ssl_*

-- extension xml2 functions=xml*,xpath*,xslt*

-- extension amcheck functions=bt_index_*,verify_heapam

-- extension bloom functions=blhandler

-- extension adminpack functions=pg_file_*,pg_logdir_ls

-- extension autoinc functions=autoinc

-- extension insert_username functions=insert_username

-- extension refint functions=check_primary_key,check_foreign_key

-- extension old_snapshot functions=pg_old_snapshot_*

-- extension pageinspect functions=*

-- extension pg_buffercache functions=pg_buffercache_*
create view pg_buffercache as select 1 as bufferid;

-- extension pg_freespacemap functions=pg_freespace

-- extension pg_prewarm functions=pg_prewarm,autoprewarm_*

-- extension pg_visibility functions=pg_*

-- extension pg_walinspect functions=pg_*

-- extension pgrowlocks functions=pgrowlocks

-- extension pgstattuple functions=pgstat*,pg_relpages

-- extension pg_stat_statements functions=pg_stat_statements*
create function pg_stat_statements_reset(userid oid default 0, dbid oid default 0, queryid bigint default 0) returns void
  language c strict as 'x';
revoke all on function pg_stat_statements_reset(oid, oid, bigint) from public;
create view pg_stat_statements as
  select 0::oid as userid, 0::oid as dbid, true as toplevel, 0::bigint as queryid, ''::text as query, 0::bigint as plans,
    0::double precision as total_plan_time, 0::bigint as calls, 0::double precision as total_exec_time,
    0::double precision as min_exec_time, 0::double precision as max_exec_time, 0::double precision as mean_exec_time,
    0::double precision as stddev_exec_time, 0::bigint as rows, 0::bigint as shared_blks_hit, 0::bigint as shared_blks_read;
create view pg_stat_statements_info as select 0::bigint as dealloc, now() as stats_reset;
grant select on pg_stat_statements, pg_stat_statements_info to public;

-- extension moddatetime
create function moddatetime() returns trigger language c as 'x';

-- extension tcn
create function triggered_change_notification() returns trigger language c as 'x';

-- extension plpython3u schema=pg_catalog

-- extension plv8 schema=pg_catalog functions=plv8_*

-- extension plperl schema=pg_catalog

-- extension pltcl schema=pg_catalog

-- extension plpgsql_check functions=plpgsql_*

-- extension postgis functions=st_*,_st_*,postgis_*,geometry*,geography*,box*,find_srid,addgeometrycolumn,dropgeometrycolumn,dropgeometrytable,updategeometrysrid,populate_geometry_columns,equals,overlaps_*,gserialized_*,path,point,polygon,checkauth,lockrow,unlockrows,addauth,enablelongtransactions,disablelongtransactions,spheroid_*,gidx_*,pgis_*,contains_2d,is_contained_2d,_postgis_*,text,json,jsonb,bytea
create type geometry;
create type geography;
create type box2d;
create type box3d;
create type box2df;
create type gidx;
create type spheroid;
create type geometry_dump as (path integer[], geom geometry);
create type valid_detail as (valid boolean, reason varchar, location geometry);
create function addgeometrycolumn(table_name varchar, column_name varchar, new_srid integer, new_type varchar,
  new_dim integer, use_typmod boolean default true) returns text language plpgsql as $$
begin
  execute format('alter table %I add column %I geometry', table_name, column_name);
  return '';
end $$;
create function addgeometrycolumn(schema_name varchar, table_name varchar, column_name varchar, new_srid integer,
  new_type varchar, new_dim integer, use_typmod boolean default true) returns text language plpgsql as $$
begin
  execute format('alter table %I.%I add column %I geometry', schema_name, table_name, column_name);
  return '';
end $$;
create table spatial_ref_sys (
  srid integer not null primary key,
  auth_name varchar(256),
  auth_srid integer,
  srtext varchar(2048),
  proj4text varchar(2048)
);
grant select on spatial_ref_sys to public;
create view geometry_columns as
  select ''::varchar(256) as f_table_catalog, ''::name as f_table_schema, ''::name as f_table_name,
    ''::name as f_geometry_column, 0 as coord_dimension, 0 as srid, ''::varchar(30) as type;
create view geography_columns as
  select ''::name as f_table_catalog, ''::name as f_table_schema, ''::name as f_table_name,
    ''::name as f_geography_column, 0 as coord_dimension, 0 as srid, ''::text as type;
grant select on geometry_columns, geography_columns to public;

-- extension postgis_raster requires=postgis functions=st_*,_st_*,raster*,_raster*,addraster*,dropraster*,addoverview*,dropoverview*,postgis_*
create type raster;
create type rastbandarg as (rast raster, nband integer, nodataval double precision);
create type geomval as (geom geometry, val double precision);
create view raster_columns as select ''::name as r_table_catalog, ''::name as r_table_schema, ''::name as r_table_name;
create view raster_overviews as select ''::name as o_table_catalog, ''::name as o_table_schema, ''::name as o_table_name;
grant select on raster_columns, raster_overviews to public;

-- extension postgis_topology makes=topology requires=postgis functions=*
create table topology (id serial primary key, name varchar not null unique, srid integer not null, "precision" double precision not null, hasz boolean not null default false);
create table layer (topology_id integer not null, layer_id integer not null, schema_name varchar not null, table_name varchar not null, feature_column varchar not null, feature_type integer not null, level integer not null default 0, child_id integer, primary key (topology_id, layer_id));
create domain topoelement as integer[];
create type topogeometry as (topology_id integer, layer_id integer, id integer, type integer);

-- extension postgis_sfcgal requires=postgis functions=st_*,cg_*,postgis_*

-- extension postgis_tiger_geocoder makes=tiger requires=postgis,fuzzystrmatch functions=*

-- extension address_standardizer functions=standardize_address,parse_address

-- extension pgrouting requires=postgis functions=pgr_*,_pgr_*

-- extension h3 functions=h3_*,hexagon_*
create type h3index;

-- extension h3_postgis requires=h3,postgis functions=h3_*

-- extension vector classes=vector_l2_ops,vector_ip_ops,vector_cosine_ops,vector_l1_ops,halfvec_l2_ops,halfvec_ip_ops,halfvec_cosine_ops,halfvec_l1_ops,sparsevec_l2_ops,sparsevec_ip_ops,sparsevec_cosine_ops,sparsevec_l1_ops,vector_ops,halfvec_ops,sparsevec_ops,bit_hamming_ops,bit_jaccard_ops functions=vector*,l2_*,l1_*,cosine_distance,inner_product,hamming_distance,jaccard_distance,array_to_*,halfvec*,sparsevec*,binary_quantize,hnsw*,ivfflat*,subvector
create type vector;
create type halfvec;
create type sparsevec;

-- extension vectorscale requires=vector functions=*

-- extension pg_cron schema=pg_catalog
create schema cron;
create table cron.job (
  jobid bigserial primary key,
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default 5432,
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
create table cron.job_run_details (
  jobid bigint,
  runid bigserial primary key,
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select on cron.job, cron.job_run_details to public;
create function cron.schedule(schedule text, command text) returns bigint language c strict as 'x';
create function cron.schedule(job_name text, schedule text, command text) returns bigint language c as 'x';
create function cron.schedule_in_database(job_name text, schedule text, command text, database text, username text default null, active boolean default true) returns bigint language c as 'x';
create function cron.alter_job(job_id bigint, schedule text default null, command text default null, database text default null, username text default null, active boolean default null) returns void language c as 'x';
create function cron.unschedule(job_id bigint) returns boolean language c strict as 'x';
create function cron.unschedule(job_name text) returns boolean language c strict as 'x';

-- extension pg_net makes=net
create type net.http_response_result as (status text, message text);
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create domain net.http_method as text;
create table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb not null,
  body bytea,
  timeout_milliseconds integer not null
);
create table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create function net.http_get(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000)
  returns bigint language plpgsql security definer as $$ begin return 0; end $$;
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000)
  returns bigint language plpgsql security definer as $$ begin return 0; end $$;
create function net.http_delete(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000, body jsonb default null)
  returns bigint language plpgsql security definer as $$ begin return 0; end $$;
create function net.http_collect_response(request_id bigint, async boolean default true) returns net.http_response_result
  language plpgsql security definer as $$ begin return null; end $$;

-- extension http functions=http*,urlencode,text_to_bytea,bytea_to_text
create domain http_method as text;
create type http_header as (field varchar, value varchar);
create type http_response as (status integer, content_type varchar, headers http_header[], content varchar);
create type http_request as (method http_method, uri varchar, headers http_header[], content_type varchar, content varchar);

-- extension pgmq makes=pgmq functions=*
create type pgmq.message_record as (msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb);
create type pgmq.queue_record as (queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz);
create table pgmq.meta (
  queue_name varchar not null unique,
  is_partitioned boolean not null,
  is_unlogged boolean not null,
  created_at timestamptz not null default now()
);
create function pgmq.create_non_partitioned(queue_name text) returns void language plpgsql as $$
begin
  execute format('create table if not exists pgmq.%I (msg_id bigint generated always as identity primary key, '
    'read_ct integer not null default 0, enqueued_at timestamptz not null default now(), vt timestamptz not null, '
    'message jsonb, headers jsonb)', 'q_' || lower(queue_name));
  execute format('create table if not exists pgmq.%I (msg_id bigint primary key, '
    'read_ct integer not null default 0, enqueued_at timestamptz not null default now(), '
    'archived_at timestamptz not null default now(), vt timestamptz not null, message jsonb, headers jsonb)',
    'a_' || lower(queue_name));
end $$;
create function pgmq.create(queue_name text) returns void language plpgsql as $$
begin perform pgmq.create_non_partitioned(queue_name); end $$;
create function pgmq.create_unlogged(queue_name text) returns void language plpgsql as $$
begin
  perform pgmq.create_non_partitioned(queue_name);
  execute format('alter table pgmq.%I set unlogged', 'q_' || lower(queue_name));
end $$;
create function pgmq.drop_queue(queue_name text) returns boolean language plpgsql as $$
begin
  execute format('drop table if exists pgmq.%I', 'q_' || lower(queue_name));
  execute format('drop table if exists pgmq.%I', 'a_' || lower(queue_name));
  return true;
end $$;
create function pgmq.send(queue_name text, msg jsonb, delay integer default 0) returns setof bigint language c as 'x';
create function pgmq.send_batch(queue_name text, msgs jsonb[], delay integer default 0) returns setof bigint language c as 'x';
create function pgmq.read(queue_name text, vt integer, qty integer) returns setof pgmq.message_record language c as 'x';
create function pgmq.pop(queue_name text) returns setof pgmq.message_record language c as 'x';
create function pgmq.delete(queue_name text, msg_id bigint) returns boolean language c as 'x';
create function pgmq.archive(queue_name text, msg_id bigint) returns boolean language c as 'x';

-- extension pg_graphql makes=graphql functions=*
create function graphql.resolve(query text, variables jsonb default '{}', "operationName" text default null, extensions jsonb default null)
  returns jsonb language c as 'x';
create function graphql.exception(message text) returns text language c as 'x';

-- extension pg_jsonschema
create function json_matches_schema(schema json, instance json) returns boolean language c immutable strict as 'x';
create function jsonb_matches_schema(schema json, instance jsonb) returns boolean language c immutable strict as 'x';
create function jsonschema_is_valid(schema json) returns boolean language c immutable strict as 'x';
create function jsonschema_validation_errors(schema json, instance json) returns text[] language c immutable strict as 'x';

-- extension pgjwt requires=pgcrypto
create function url_encode(data bytea) returns text language sql immutable as $$ select '' $$;
create function url_decode(data text) returns bytea language sql immutable as $$ select ''::bytea $$;
create function algorithm_sign(signables text, secret text, algorithm text) returns text language sql immutable as $$ select '' $$;
create function sign(payload json, secret text, algorithm text default 'HS256') returns text language sql immutable as $$ select '' $$;
create function verify(token text, secret text, algorithm text default 'HS256')
  returns table (header json, payload json, valid boolean) language sql immutable as $$ select null::json, null::json, false $$;

-- extension pgsodium makes=pgsodium functions=*
create type pgsodium.key_status as enum ('default', 'valid', 'invalid', 'expired');
create type pgsodium.key_type as enum ('aead-ietf', 'aead-det', 'hmacsha512', 'hmacsha256', 'auth', 'shorthash', 'generichash', 'kdf', 'secretbox', 'secretstream', 'stream_xchacha20');
create table pgsodium.key (
  id uuid not null primary key default gen_random_uuid(),
  status pgsodium.key_status default 'valid',
  created timestamptz not null default current_timestamp,
  expires timestamptz,
  key_type pgsodium.key_type,
  key_id bigserial,
  key_context bytea default '\x7067736f6469756d',
  name text unique,
  associated_data text default 'associated'
);
create view pgsodium.valid_key as select id, name, status, key_type, key_id, key_context, created, expires, associated_data from pgsodium.key;

-- extension supabase_vault makes=vault functions=_crypto_*
create table vault.secrets (
  id uuid not null primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index on vault.secrets (name) where name is not null;
create view vault.decrypted_secrets as
  select id, name, description, secret, secret as decrypted_secret, key_id, nonce, created_at, updated_at from vault.secrets;
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null)
  returns uuid language plpgsql security definer set search_path = '' as $$ begin return null; end $$;
create function vault.update_secret(secret_id uuid, new_secret text default null, new_name text default null, new_description text default null, new_key_id uuid default null)
  returns void language plpgsql security definer set search_path = '' as $$ begin end $$;
revoke all on function vault.create_secret(text, text, text, uuid) from public;
revoke all on function vault.update_secret(uuid, text, text, text, uuid) from public;

-- extension timescaledb functions=*
create schema _timescaledb_catalog;
create schema _timescaledb_config;
create schema _timescaledb_internal;
create schema _timescaledb_cache;
create schema _timescaledb_functions;
create schema timescaledb_information;
create schema timescaledb_experimental;
create view timescaledb_information.hypertables as select ''::name as hypertable_schema, ''::name as hypertable_name, ''::name as owner;
create view timescaledb_information.chunks as select ''::name as hypertable_schema, ''::name as hypertable_name, ''::name as chunk_name;
create view timescaledb_information.jobs as select 0 as job_id, ''::text as application_name, ''::name as proc_name;
create view timescaledb_information.continuous_aggregates as select ''::name as view_schema, ''::name as view_name;
create view timescaledb_information.compression_settings as select ''::name as hypertable_schema, ''::name as hypertable_name;

-- extension timescaledb_toolkit functions=*

-- extension citus schema=pg_catalog functions=*
create schema citus;

-- extension pg_partman functions=*
create table part_config (parent_table text not null primary key, control text not null, partition_interval text not null);
create table part_config_sub (sub_parent text not null primary key, sub_control text not null, sub_partition_interval text not null);

-- extension pg_repack makes=repack functions=*

-- extension hypopg functions=hypopg*
create view hypopg_list_indexes as select 0::oid as indexrelid, ''::text as index_name;

-- extension index_advisor requires=hypopg functions=index_advisor

-- extension pgaudit functions=pgaudit_*

-- extension pg_hashids functions=id_encode,id_decode,id_decode_once,hash_encode,hash_decode

-- extension pg_uuidv7 functions=uuid_*,uuidv7*,timestamp_to_uuid_v7,timestamptz_to_uuid_v7

-- extension pgtap functions=*

-- extension wrappers functions=*_handler,*_validator,*_meta,wrappers_*,stripe_*,firebase_*,s3_*,airtable_*,big_query_*,click_house_*,logflare_*,auth0_*,cognito_*,redis_*,mssql_*,wasm_*
create table wrappers_fdw_stats (
  fdw_name text not null primary key,
  create_times bigint,
  rows_in bigint,
  rows_out bigint,
  bytes_in bigint,
  bytes_out bigint,
  metadata jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- extension rum functions=rum_*
-- extension pgroonga functions=pgroonga_*,*
-- extension pg_bigm functions=*
-- extension pg_search makes=paradedb functions=*
-- extension age makes=ag_catalog functions=*
create type agtype;
create type graphid;

-- extension temporal_tables functions=versioning,set_system_time
create function versioning() returns trigger language c as 'x';

-- extension periods functions=*
-- extension semver functions=semver*,*
create type semver;

-- extension pg_ivm functions=*
-- extension pg_hint_plan schema=hint_plan
-- extension pg_tle makes=pgtle functions=*
-- extension supabase-dbdev functions=*
-- extension aws_s3 makes=aws_s3 functions=*
-- extension aws_commons makes=aws_commons functions=*
-- extension aws_lambda makes=aws_lambda functions=*
-- extension google_ml_integration functions=*
-- extension azure_ai makes=azure_ai functions=*
-- extension azure_storage makes=azure_storage functions=*
-- extension anon makes=anon functions=*
-- extension pg_walinspect functions=*
-- extension pg_stat_kcache functions=pg_stat_kcache*
-- extension pg_wait_sampling functions=pg_wait_sampling*
-- extension pg_qualstats functions=pg_qualstats*
-- extension system_stats functions=pg_sys_*
-- extension pg_surgery functions=heap_*
-- extension pg_similarity functions=*
-- extension smlar functions=*
-- extension prefix functions=*
create type prefix_range;

-- extension ip4r functions=*
create type ip4;
create type ip4r;
create type ip6;
create type ip6r;
create type ipaddress;
create type iprange;

-- extension orafce makes=oracle functions=*
-- extension tds_fdw functions=*
-- extension mysql_fdw functions=*
-- extension oracle_fdw functions=*
-- extension mongo_fdw functions=*
-- extension redis_fdw functions=*
-- extension ogr_fdw functions=*
-- extension multicorn functions=*
-- extension pg_duckdb functions=*
-- extension pg_ulid functions=*
create type ulid;

-- extension ulid functions=*
create type ulid;

-- extension pgx_ulid functions=*
create type ulid;

-- extension pg_idkit functions=idkit_*
-- extension pg_mooncake functions=*
