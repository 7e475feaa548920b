export { createInteractionsDoor } from "./interactions-door.ts";
