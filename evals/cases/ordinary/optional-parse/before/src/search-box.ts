import { parsePoint, Point } from './coordinates';

export type Target = { kind: 'point'; point: Point } | { kind: 'words'; words: string[] };

/** What the user typed: a place by its numbers, or words to search for. */
export function target(text: string): Target {
  const point = parsePoint(text);
  if (point !== null) return { kind: 'point', point };
  const words = text.split(/\s+/).filter((word) => word !== '');
  return { kind: 'words', words };
}
