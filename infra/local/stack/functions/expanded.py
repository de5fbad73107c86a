"""The template as SAM hands it to CloudFormation."""

from pathlib import Path

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse


def expanded(template: Path, region: str = "us-east-1") -> dict:
    """Its resources, of which none is SAM's any more; parameters have their defaults. Where the code is, SAM wants to be told."""
    read = yaml_parse(template.read_text(encoding="utf-8"))
    for resource in read["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    parameters = {name: str(it.get("Default", "")) for name, it in read["Parameters"].items()}
    return Translator({}, Parser(), boto_session=boto3.Session(region_name=region)).translate(read, parameters)
