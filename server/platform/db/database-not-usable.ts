/** A database as it must not be used; the message says what an operator can do about it. */
export class DatabaseNotUsable extends Error {
  override readonly name = "DatabaseNotUsable";
}
