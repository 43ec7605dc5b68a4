import { parsePoint, Point } from './coordinates';

export type Target = { kind: 'point'; point: Point } | { kind: 'words'; words: string[] };

/** What the user typed: a place by its numbers, or words to search for. */
export function target(text: string): Target {
  const parsed = parsePoint(text);
  if (parsed.ok) return { kind: 'point', point: parsed.point };
  const words = text.split(/\s+/).filter((word) => word !== '');
  return { kind: 'words', words };
}
