/** The fields that are there: what is sent has no undefined ones. */
export const presentFields = <T extends object>(fields: T): { [K in keyof T]?: T[K] & ({} | null) } => {
  const found: { [K in keyof T]?: T[K] & ({} | null) } = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
};
