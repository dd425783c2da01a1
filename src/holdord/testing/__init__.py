"""For tests of others: a store in memory (``memory``), and the contract that every store must pass (``contract``).

Ships with holdord and is part of none of its commands: nothing else imports it. ``memory`` needs holdord alone;
``contract`` needs pytest, which the extra ``holdord[test]`` brings. ``docs/stores.md`` shows both at work.
"""
