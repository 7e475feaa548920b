import type { Clock } from "./clock.ts";
import type { ChangeFeed } from "./db/change-feed.ts";
import type { Database } from "./db/database.ts";
import type { Logger } from "./logger.ts";

/** What every management verb needs. */
export interface Deps {
  readonly db: Database;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly log: Logger;
}
