import { geminiFixtures } from "../_gemini/gemini-fixtures.ts";

export { geminiFixtures as contractFixtures };
