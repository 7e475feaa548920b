import type { Metadata } from "next";
import { Settings } from "./settings.tsx";

export const metadata: Metadata = { title: "Mail settings" };

const SettingsPage = () => <Settings />;

export default SettingsPage;
