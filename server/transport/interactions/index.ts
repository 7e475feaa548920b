export { createInteractionsDoor, interactionPaths } from "./interactions-door.ts";
