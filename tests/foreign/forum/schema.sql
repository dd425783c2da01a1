-- The database of a forum that many associations share: each is a tenant, every key begins with its number, and equal
-- numbers of two tenants have nothing to do with each other. Posts reply to posts, and a member pins a post.

CREATE TABLE tenants (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE TABLE members (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    joined_on DATE NOT NULL,
    left_on DATE,
    pinned_post INTEGER,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, email)
);

CREATE TABLE boards (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    id INTEGER NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE memberships (
    tenant INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    board_id INTEGER NOT NULL,
    title TEXT,
    PRIMARY KEY (tenant, member_id, board_id),
    FOREIGN KEY (tenant, member_id) REFERENCES members (tenant, id),
    FOREIGN KEY (tenant, board_id) REFERENCES boards (tenant, id)
);
CREATE INDEX memberships_board ON memberships (tenant, board_id);

CREATE TABLE posts (
    tenant INTEGER NOT NULL,
    id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    reply_to INTEGER,
    body TEXT NOT NULL,
    rules BOOLEAN NOT NULL,
    posted_on DATE NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, member_id) REFERENCES members (tenant, id),
    FOREIGN KEY (tenant, reply_to) REFERENCES posts (tenant, id)
);
CREATE INDEX posts_member ON posts (tenant, member_id);
CREATE INDEX posts_reply_to ON posts (tenant, reply_to);

CREATE TABLE likes (
    tenant INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    PRIMARY KEY (tenant, post_id, member_id),
    FOREIGN KEY (tenant, post_id) REFERENCES posts (tenant, id),
    FOREIGN KEY (tenant, member_id) REFERENCES members (tenant, id)
);
CREATE INDEX likes_member ON likes (tenant, member_id);
