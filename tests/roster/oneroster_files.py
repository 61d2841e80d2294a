"""Small OneRoster file sets with made-up people, built in code.

Cedar School and Birch School are in the Riverbend district. Maya learns at Cedar, Dev at both;
Ms Okafor teaches at both; Rosa is Maya's mother.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from milepost.roster.oneroster import FileSet

Files = dict[str, str]

_TITLES = "academicSessions classes courses demographics enrollments orgs users"


def manifest(version: str = "1.2", mode: str = "bulk", **modes: str) -> str:
    """A manifest in which every table has one mode, unless ``modes`` says otherwise."""
    titles = [*_TITLES.split(), *(["roles"] if version == "1.2" else [])]
    rows = [f"file.{title},{modes.get(title, mode)}" for title in titles]
    head = ["propertyName,value", "manifest.version,1.0", f"oneroster.version,{version}"]
    return "\n".join([*head, *rows, "source.systemName,Paper SIS", "source.systemCode,paper", ""])


def small_set(version: str = "1.2", **modes: str) -> Files:
    """A valid bulk set: file names to their text."""
    files = {
        "manifest.csv": manifest(version, **modes),
        "orgs.csv": (
            "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
            "D,,,Riverbend,district,4800001,\n"
            "CEDAR,,,Cedar School,school,480000101,D\n"
            "BIRCH,,,Birch School,school,480000102,D\n"
        ),
        "academicSessions.csv": (
            "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
            "parentSourcedId,schoolYear\n"
            "Y26,,,2025-26,schoolYear,2025-08-18,2026-06-06,,2026\n"
            "T1,,,Fall,term,2025-08-18,2026-01-17,Y26,2026\n"
        ),
        "courses.csv": (
            "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
            "orgSourcedId,subjects,subjectCodes\n"
            'MATH7,,,Y26,Mathematics 7,M7,"07,08",D,Mathematics,02\n'
        ),
        "classes.csv": (
            "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,"
            "location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
            'M7-1,,,Mathematics 7 period 1,07,MATH7,M7-1,scheduled,12,CEDAR,"Y26,T1",'
            "Mathematics,02,1\n"
            "M7-2,,,Mathematics 7 period 2,07,MATH7,M7-2,scheduled,4,BIRCH,T1,,,\n"
        ),
        "enrollments.csv": (
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,"
            "role,primary,beginDate,endDate\n"
            "E1,,,M7-1,CEDAR,maya,student,,2025-08-18,2026-01-17\n"
            "E2,,,M7-2,BIRCH,dev,student,,,\n"
            "E3,,,M7-1,CEDAR,okafor,teacher,true,2025-08-18,\n"
        ),
        "demographics.csv": (
            "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,"
            "blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,"
            "demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
            "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus\n"
            "maya,,,2013-02-28,female,false,false,false,false,true,false,true,US,TX,,\n"
        ),
    }
    return files | (_people_1_1() if version == "1.1" else _people_1_2())


def _people_1_1() -> Files:
    return {
        "users.csv": (
            "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
            "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,"
            "password\n"
            'maya,,,true,CEDAR,student,maya.r,"{State:10423},{LDAP:mr}",Maya,Reyes,,10423,'
            "maya@example.org,,,rosa,7,secret\n"
            'dev,,,TRUE,"CEDAR,BIRCH",student,dev.p,,Dev,Patel,,10424,,,,,-1,\n'
            'okafor,,,1,"CEDAR,BIRCH",teacher,n.okafor,,Ngozi,Okafor,,,,,,,,\n'
            "rosa,,,false,CEDAR,parent,rosa.r,,Rosa,Reyes,,,,,,maya,,\n"
        ),
    }


def _people_1_2() -> Files:
    return {
        "users.csv": (
            "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
            "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,"
            "userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
            "primaryOrgSourcedId,pronouns\n"
            'maya,,,true,maya.r,"{State:10423},{LDAP:mr}",Maya,Reyes,,10423,maya@example.org,,,'
            "rosa,7,secret,,May,,,CEDAR,she/her\n"
            "dev,,,TRUE,dev.p,,Dev,Patel,,10424,,,,,-1,,,,,,,\n"
            "okafor,,,1,n.okafor,,Ngozi,Okafor,,,,,,,,,,,,,,\n"
            "rosa,,,false,rosa.r,,Rosa,Reyes,,,,,,maya,,,,,,,,\n"
        ),
        "roles.csv": (
            "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
            "orgSourcedId,userProfileSourcedId\n"
            "R1,,,maya,primary,student,,,CEDAR,\n"
            "R2,,,dev,primary,student,2025-08-18,2026-06-06,CEDAR,\n"
            "R3,,,dev,secondary,student,,,BIRCH,\n"
            "R4,,,okafor,primary,teacher,,,CEDAR,P9\n"
            "R5,,,okafor,secondary,siteAdministrator,,,BIRCH,\n"
            "R6,,,rosa,primary,parent,,,CEDAR,\n"
        ),
    }


def as_fileset(files: Mapping[str, str | bytes]) -> FileSet:
    """The files as ``open_files`` would give them."""
    return FileSet("a set", {name.lower(): as_bytes(text) for name, text in files.items()})


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(as_bytes(text))
    return folder


def as_zip(files: Mapping[str, str | bytes], under: str = "") -> io.BytesIO:
    """The files as a zip, in a folder inside it if ``under`` is given."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(under + name, as_bytes(text))
    packed.seek(0)
    return packed


def as_bytes(text: str | bytes) -> bytes:
    """Text as UTF-8."""
    return text if isinstance(text, bytes) else text.encode()
