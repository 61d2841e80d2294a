-- Two roles. `milepost_owner` owns the tables and brings them to a new version. `milepost` is the
-- site and the worker: it reads and writes rows, and can neither change a table nor take off the
-- triggers that keep evidence from being altered. Both sign in by their system user, no password.
CREATE ROLE milepost_owner LOGIN;
CREATE ROLE milepost LOGIN;
CREATE DATABASE milepost OWNER milepost_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE milepost FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE milepost TO milepost;
\connect milepost
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO milepost_owner;
GRANT USAGE ON SCHEMA public TO milepost;
ALTER DEFAULT PRIVILEGES FOR ROLE milepost_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO milepost;
ALTER DEFAULT PRIVILEGES FOR ROLE milepost_owner IN SCHEMA public
    GRANT SELECT, UPDATE, USAGE ON SEQUENCES TO milepost;
