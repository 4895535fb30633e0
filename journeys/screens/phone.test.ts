import { testScreens } from './kinds.ts';

testScreens('phone');
