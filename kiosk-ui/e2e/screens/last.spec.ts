/** Pictures of what concerns all outlets or leaves marks on one, after all others. */
import { test } from '../support/test';
import { LAST } from '../support/tour/index';
import { picture } from '../support/tour/pictures';

test.describe.configure({ mode: 'serial' });
picture(LAST);
