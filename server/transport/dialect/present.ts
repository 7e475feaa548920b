/** Without its absent members: the contract is strict. */
export const present = <T extends object>(value: T): T => {
  for (const key of Object.keys(value)) {
    const member: unknown = Reflect.get(value, key);
    if (member === undefined || member === null) Reflect.deleteProperty(value, key);
  }
  return value;
};
