/** The database must not be used as it is; the message says what an operator can do about it. */
export class DatabaseNotUsable extends Error {
  override readonly name = "DatabaseNotUsable";
}
