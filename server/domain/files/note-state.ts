import type { VendorFile } from "../../contracts/ai-vendor-files.ts";
import type { MediumReadings } from "../../contracts/media.ts";
import type { Deps } from "../../platform/deps.ts";
import { updateState, type StoredFile } from "./store.ts";

/** Readings of a film whose length could not be measured here, with the one that its vendor found. */
const withLength = (readings: MediumReadings | null, seconds: number | undefined): MediumReadings | null => {
  const [only, ...others] = readings ?? [];
  return only?.kind === "video" && only.seconds === undefined && others.length === 0 && seconds !== undefined
    ? [{ ...only, seconds }]
    : readings;
};

/** Notes what a vendor says of a file that it was looking into; the file as it is now. */
export const noteState = async (
  { db }: Pick<Deps, "db">,
  file: StoredFile,
  { state = "active", seconds }: VendorFile,
): Promise<StoredFile> =>
  state === "processing"
    ? file
    : ((await updateState(db.pool, file.rowId, {
        state,
        readings: withLength(file.readings, seconds),
      })) ?? {
        ...file,
        state,
      });
