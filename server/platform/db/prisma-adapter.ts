import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";

/** Lets Prisma use our pool: given an address, it would open one without limits. */
export const prismaAdapter = (pool: pg.Pool, schema: string): PrismaPg => new PrismaPg(pool, { schema });
