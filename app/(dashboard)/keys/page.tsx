import type { Metadata } from "next";
import { Keys } from "./keys.tsx";

export const metadata: Metadata = { title: "Keys" };

const KeysPage = () => <Keys />;

export default KeysPage;
