"""Profiles and tokens."""

import json
import os
import stat

from conftest import Tool, same


def test_a_profile_is_kept_for_its_owner_alone_once_the_api_took_the_token(stack, tmp_path):
    tool = Tool(tmp_path)
    refused = tool("login", "--url", stack["api_url"], "--token", "-", stdin="rh-wrong\n")
    assert refused.status == 4 and not list(tmp_path.rglob("profiles.json"))
    kept = tool("login", "--url", stack["api_url"], "--name", "local", stdin=stack["token"] + "\n")
    assert kept.status == 0, kept.err
    assert stack["token"] not in kept.out + kept.err
    [file] = tmp_path.rglob("profiles.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert tool("whoami").objects()[0]["organization_id"]
    assert tool("--profile", "local", "kinds").status == 0
    [listed] = tool("profiles").objects()
    assert listed == {"profile": "local", "url": stack["api_url"], "usual": True}
    os.chmod(file, 0o644)
    assert tool("kinds").status == 4
    os.chmod(file, 0o600)
    assert tool("logout", "--name", "local").status == 0
    assert tool("logout", "--name", "local").status == 5
    assert tool("kinds").status == 3


def test_a_broken_file_of_profiles_is_told_and_left_alone(tmp_path):
    folder = tmp_path / ".config" / "rhesis-tasks"
    folder.mkdir(parents=True)
    (folder / "profiles.json").write_text("{")
    os.chmod(folder / "profiles.json", 0o600)
    ended = Tool(tmp_path)("kinds")
    assert ended.status == 1 and "is broken" in ended.err
    assert (folder / "profiles.json").read_text() == "{"


def test_a_login_without_a_token_or_address_is_a_wrong_call(tmp_path):
    tool = Tool(tmp_path)
    for url, token in (("http://127.0.0.1:1", ""), ("http://127.0.0.1:1", "two words"), ("nonsense", "rh-x")):
        assert tool("login", "--url", url, stdin=token).status == 2, (url, token)


def test_whoami_names_user_and_organization(tool):
    same("whoami", tool.terminal("whoami").out)
    json.loads(tool("whoami").out)
