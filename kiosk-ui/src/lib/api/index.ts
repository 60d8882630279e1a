export * from './types';
export { Edge, type Answer, type ClientOptions, type Trouble } from './client';
export { listen, type Heard } from './events';
export { freshKey } from './key';
export { PATIENCE, type Patience } from './retry';
