import { readFile, writeFile } from 'node:fs/promises';

export interface Settings {
  theme: 'dark' | 'light';
  fontSize: number;
}

export const DEFAULTS: Settings = { theme: 'light', fontSize: 14 };

export async function load(path: string): Promise<Settings> {
  const text = await readFile(path, 'utf8');
  return { ...DEFAULTS, ...(JSON.parse(text) as Partial<Settings>) };
}

export async function save(path: string, settings: Settings): Promise<void> {
  await writeFile(path, `${JSON.stringify(settings, null, 2)}\n`, 'utf8');
}
