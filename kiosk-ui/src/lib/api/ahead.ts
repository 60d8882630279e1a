/** Paths this program asks for where the edge has them; their document comes with the edge's own. */
import type { Devices } from './types';

type Answers<Body> = { 200: { headers: Record<string, unknown>; content: { 'application/json': Body } } };
type Nothing = { query?: never; header?: never; path?: never; cookie?: never };

export interface Ahead {
  '/api/outlet/devices': { parameters: Nothing; get: { parameters: Nothing; responses: Answers<Devices> } };
  '/api/outlet/devices/{id}/print': {
    parameters: Nothing;
    post: {
      parameters: { path: { id: string } };
      requestBody: { content: { 'application/octet-stream': never } };
      responses: Answers<unknown>;
    };
  };
}
