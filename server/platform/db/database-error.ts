/** What PostgreSQL answered in place of a result, with its code. */
export { DatabaseError } from "pg";
